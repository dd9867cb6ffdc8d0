import type { Converter } from './converter.ts'
import { ConfigError, ParkError } from './errors.ts'

export interface StatusMapOptions<ShopCode extends string, ExternalCode extends string> {
  /** Setting that holds the table ("statuses"), named in messages. */
  readonly name: string
  /** Shop code → external code. With the codes as type parameters, a missing one is a type error. */
  readonly table: Readonly<Record<ShopCode, ExternalCode>>
  /** External code → shop code: decides where two shop codes share one external code, and adds one-way codes. */
  readonly toShop?: Readonly<Record<string, ShopCode>>
}

export interface StatusMap<
  ShopCode extends string = string,
  ExternalCode extends string = string,
> extends Converter<ShopCode, ExternalCode> {
  readonly name: string
  readonly toShop: (code: ExternalCode) => ShopCode
  readonly hasShop: (code: string) => boolean
  readonly hasExternal: (code: string) => boolean
  readonly externalCodes: readonly ExternalCode[]
  readonly shopCodes: readonly ShopCode[]
}

/**
 * A two-way table of statuses (or payment types, delivery types). An unmapped value parks the record (ParkError
 * `STATUS_UNMAPPED`); two shop codes for one external code without a decision are an error at once.
 * @throws ConfigError `STATUS_AMBIGUOUS`
 */
export function statusMap<ShopCode extends string, ExternalCode extends string>(
  options: StatusMapOptions<ShopCode, ExternalCode>,
): StatusMap<ShopCode, ExternalCode> {
  const { name } = options
  const forth = new Map(Object.entries(options.table) as [ShopCode, ExternalCode][])
  const back = invert(name, forth, options.toShop ?? {})
  return {
    name,
    toExternal: (code) => forth.get(code) ?? unmapped(name, 'shop', code),
    toShop: (code) => back.get(code) ?? unmapped(name, 'external', code),
    hasShop: (code) => forth.has(code as ShopCode),
    hasExternal: (code) => back.has(code),
    externalCodes: [...new Set(forth.values())],
    shopCodes: [...forth.keys()],
  }
}

function invert<ShopCode extends string, ExternalCode extends string>(
  name: string,
  forth: ReadonlyMap<ShopCode, ExternalCode>,
  decided: Readonly<Record<string, ShopCode>>,
): ReadonlyMap<string, ShopCode> {
  const back = new Map<string, ShopCode>(Object.entries(decided))
  for (const [shop, external] of forth) {
    const other = back.get(external)
    if (other === undefined) back.set(external, shop)
    else if (other !== shop && !Object.hasOwn(decided, external)) {
      throw new ConfigError(
        'STATUS_AMBIGUOUS',
        {
          en: `Setting "${name}": shop codes "${other}" and "${shop}" both map to "${external}", so the way back is ambiguous. Say which one "${external}" means in "${name}ToShop".`,
          ru: `Настройка «${name}»: коды магазина «${other}» и «${shop}» ведут в один «${external}», и обратный путь неясен. Укажите в «${name}ToShop», что значит «${external}».`,
        },
        { facts: { field: name, value: external } },
      )
    }
  }
  return back
}

function unmapped(name: string, side: 'shop' | 'external', code: string): never {
  const where = side === 'shop' ? 'Shop' : 'External'
  throw new ParkError(
    'STATUS_UNMAPPED',
    {
      en: `${where} code "${code}" is not in the mapping "${name}": add it in the settings`,
      ru: `${side === 'shop' ? 'Кода магазина' : 'Кода внешней системы'} «${code}» нет в соответствиях «${name}»: добавьте его в настройках`,
    },
    {
      facts: { field: name, side, value: code },
    },
  )
}

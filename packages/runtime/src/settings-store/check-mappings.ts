import {
  describeSettings,
  type Connector,
  type DictionaryEntry,
  type Finding,
  type SettingField,
  type ShopDictionaries,
  type Title,
} from '@mufta/kit'
import { nearest } from './nearest.ts'
import { isTree, treeAt, type Tree } from './tree.ts'

/** Entries that an advice offers. */
const OFFERED = 8

/**
 * Shop codes in a connector's tables that the shop does not have. Nothing is said where the shop's list cannot be
 * read, or is known from orders alone.
 */
export function checkMappings(
  { settings: schema }: Pick<Connector, 'settings'>,
  settings: unknown,
  shop: ShopDictionaries,
): readonly Finding[] {
  return describeSettings(schema).flatMap((field) => {
    const table = treeAt(settings, field.path)
    const entries = listOf(shop, field)
    if (!isTree(table) || entries === null) return []
    // A mapping named "…ToShop" is the way back.
    return field.path.endsWith('ToShop')
      ? checkValues(field.path, table, entries)
      : checkKeys(field.path, table, entries)
  })
}

/** null = not known to be whole. */
function listOf(shop: ShopDictionaries, { dictionary }: SettingField): readonly DictionaryEntry[] | null {
  const entries = Object.entries(shop).find(([name]) => name === dictionary?.shop)?.[1] ?? []
  return entries.length === 0 || entries.some(({ fromOrders }) => fromOrders) ? null : entries
}

/** Nothing comes with such a code, so the pair does no harm: the one that was meant shows as not mapped. */
function checkKeys(setting: string, table: Tree, entries: readonly DictionaryEntry[]): readonly Finding[] {
  const free = entries.filter(({ code, active }) => active && !Object.hasOwn(table, code))
  return unknownCodes(Object.keys(table), entries).map((code) => ({
    level: 'warning',
    code: 'SHOP_CODE_UNKNOWN',
    message: {
      en: `"${setting}" maps "${code}", which the shop does not have`,
      ru: `В «${setting}» сопоставлен код «${code}», а в магазине такого нет`,
    },
    fix: fixOf(setting, code, free),
  }))
}

function checkValues(setting: string, table: Tree, entries: readonly DictionaryEntry[]): readonly Finding[] {
  const values = Object.values(table).map(String)
  return unknownCodes(values, entries).map((code) => ({
    level: 'error',
    code: 'SHOP_CODE_UNKNOWN',
    message: {
      en: `"${setting}" leads to "${code}", which the shop does not have: no order can be given it`,
      ru: `«${setting}» ведёт в «${code}», а в магазине такого кода нет: заказу его не присвоить`,
    },
    fix: fixOf(
      setting,
      code,
      entries.filter(({ active }) => active),
    ),
  }))
}

function unknownCodes(used: readonly string[], entries: readonly DictionaryEntry[]): readonly string[] {
  const known = new Set(entries.map(({ code }) => code))
  return [...new Set(used)].filter((code) => !known.has(code))
}

function fixOf(setting: string, code: string, choice: readonly DictionaryEntry[]): Title {
  const near = nearest(code, choice)
  if (near !== undefined) {
    return {
      en: `Did you mean "${near.code}" (${near.name})? Correct the code in "${setting}"`,
      ru: `Может быть, «${near.code}» (${near.name})? Исправьте код в «${setting}»`,
    }
  }
  const remove = { en: `Take "${code}" out of "${setting}"`, ru: `Уберите «${code}» из «${setting}»` }
  if (choice.length === 0) return remove
  const offered = choice.slice(0, OFFERED)
  const more = choice.length > OFFERED ? ' …' : ''
  return {
    en: `${remove.en}, or put another code there: ${offered.map((each) => `"${each.code}" (${each.name})`).join(', ')}${more}`,
    ru: `${remove.ru} или впишите другой код: ${offered.map((each) => `«${each.code}» (${each.name})`).join(', ')}${more}`,
  }
}

import {
  MuftaError,
  shopDictionaries,
  type Connector,
  type Finding,
  type Shop,
  type ShopDictionaries,
} from '@mufta/kit'
import { failureOf } from '../errors.ts'
import { checkMappings } from './check-mappings.ts'

export type Side = 'site' | 'external'
export type SideFinding = Finding & { readonly side: Side }

export interface CheckReport {
  readonly ok: boolean
  readonly findings: readonly SideFinding[]
}

/** What is looked at: one side or both. */
export interface CheckedSides {
  readonly shop: Shop | null
  readonly external: {
    readonly connector: Connector
    readonly client: unknown
    readonly settings: unknown
  } | null
}

/** Orders looked at for the currency. */
const CURRENCY_SAMPLE = 10

/** Looks at both sides, live, and says for each finding what to do. Changes nothing. */
export async function checkSides(
  { shop, external }: CheckedSides,
  signal: AbortSignal,
  safe?: (text: string) => string,
): Promise<CheckReport> {
  const findings: SideFinding[] = []
  const collect = async (side: Side, look: () => Promise<readonly Finding[]>): Promise<void> => {
    try {
      for (const finding of await look()) findings.push({ ...finding, side })
    } catch (error) {
      findings.push({ side, ...failedCheck(error, safe) })
    }
  }
  if (shop !== null) await collect('site', () => shop.check({ signal }))
  if (external !== null) {
    const { connector, client, settings } = external
    const dictionaries = await dictionariesOrNone(shop, signal)
    await collect('external', async () =>
      connector.check({
        client,
        settings,
        shop: dictionaries,
        currencies: await recentCurrencies(shop, signal),
        signal,
      }),
    )
    await collect('external', async () => checkMappings(connector, settings, dictionaries))
  }
  return { ok: findings.every((finding) => finding.level !== 'error'), findings }
}

function failedCheck(error: unknown, safe?: (text: string) => string): Finding {
  const { code, message } = failureOf(error, safe)
  if (error instanceof MuftaError) return { level: 'error', code, message }
  const ru = 'Неожиданная ошибка в коннекторе или в Mufta: подробности в логе уровня debug'
  return { level: 'error', code, message: { en: message, ru } }
}

const NO_DICTIONARIES = Object.fromEntries(
  shopDictionaries.map((name) => [name, []]),
) as unknown as ShopDictionaries

// A dead site has its own finding already; the external side is still worth checking.
async function dictionariesOrNone(shop: Shop | null, signal: AbortSignal): Promise<ShopDictionaries> {
  return shop?.dictionaries({ signal }).catch(() => NO_DICTIONARIES) ?? NO_DICTIONARIES
}

async function recentCurrencies(shop: Shop | null, signal: AbortSignal): Promise<readonly string[]> {
  if (shop === null) return []
  try {
    const ids: string[] = []
    for await (const id of shop.orderIds({ signal })) {
      ids.push(id)
      if (ids.length >= CURRENCY_SAMPLE) break
    }
    const orders = await shop.readOrders(ids, { signal })
    return [...new Set([...orders.values()].map((order) => order.total.currency))]
  } catch {
    return [] // same: the site's own check says what is wrong
  }
}

import { describeSettings, type CallOptions, type DictionaryEntry } from '@mufta/kit'
import type { Connection } from '../connection.ts'
import type { Store } from '../store/store.ts'
import { isTree, treeAt } from './tree.ts'

export interface MappingView {
  /** Live dictionaries of both sides by name; empty where a side has none. */
  readonly shop: Readonly<Record<string, readonly DictionaryEntry[]>>
  readonly external: Readonly<Record<string, readonly DictionaryEntry[]>>
  /** Mapping settings by their path: code → code. */
  readonly mapped: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** How many orders wait for a code to be mapped: setting → code → count. */
  readonly parked: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Parked lanes looked at for the counts. */
const MAX_PARKED = 100_000

/** Everything that a page of mappings shows. @throws what the two systems' clients throw */
export async function mappingView(
  store: Store,
  connection: Connection,
  options: CallOptions,
): Promise<MappingView> {
  const { shop, connector, client, settings } = connection.parts
  const [ofShop, external] = await Promise.all([
    shop.dictionaries(options),
    connector.dictionaries?.(client, options) ?? {},
  ])
  const fields = describeSettings(connector.settings).filter(({ kind }) => kind === 'mapping')
  const mapped = fields.map(({ path }) => [path, textsByCode(treeAt(settings, path))] as const)
  return {
    shop: ofShop,
    external,
    mapped: Object.fromEntries(mapped),
    parked: parkedByCode(store, connection.name),
  }
}

/** Orders that wait because a code is not mapped, by setting and code. */
export function parkedByCode(store: Store, connection: string): MappingView['parked'] {
  const counts = new Map<string, Map<string, number>>()
  for (const { failure } of store.lanes({ connection, state: 'parked', limit: MAX_PARKED })) {
    const { field, value } = failure?.facts ?? {}
    if (typeof field !== 'string' || (typeof value !== 'string' && typeof value !== 'number')) continue
    const codes = counts.get(field) ?? new Map<string, number>()
    codes.set(String(value), (codes.get(String(value)) ?? 0) + 1)
    counts.set(field, codes)
  }
  return Object.fromEntries([...counts].map(([field, codes]) => [field, Object.fromEntries(codes)]))
}

function textsByCode(value: unknown): Readonly<Record<string, string>> {
  if (!isTree(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([code, text]) => [code, String(text)]))
}

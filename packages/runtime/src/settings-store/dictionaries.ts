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

/** Everything that a page of mappings shows. @throws what the two systems' clients throw */
export async function mappingView(
  store: Store,
  connection: Connection,
  options: CallOptions,
): Promise<MappingView> {
  const { shop, connector, client, settings } = connection.parts
  const [ofShop, external, parked] = await Promise.all([
    shop.dictionaries(options),
    connector.dictionaries?.(client, options) ?? {},
    parkedByCode(store, connection.name),
  ])
  const fields = describeSettings(connector.settings).filter(({ kind }) => kind === 'mapping')
  const mapped = fields.map(({ path }) => [path, textsByCode(treeAt(settings, path))] as const)
  return {
    shop: ofShop,
    external,
    mapped: Object.fromEntries(mapped),
    parked,
  }
}

/** Orders that wait because a code is not mapped, by setting and code. */
async function parkedByCode(store: Store, connection: string): Promise<MappingView['parked']> {
  const counts = new Map<string, Map<string, number>>()
  for (const { kind, field, value, count } of await store.reads.problems({ connection })) {
    if (kind !== 'parked' || field === null || value === null) continue
    const codes = counts.get(field) ?? new Map<string, number>()
    codes.set(value, (codes.get(value) ?? 0) + count)
    counts.set(field, codes)
  }
  return Object.fromEntries([...counts].map(([field, codes]) => [field, Object.fromEntries(codes)]))
}

function textsByCode(value: unknown): Readonly<Record<string, string>> {
  if (!isTree(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([code, text]) => [code, String(text)]))
}

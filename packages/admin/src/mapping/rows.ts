import type { Dictionaries, DictionaryEntry, SettingField } from '../api/types/connections.ts'

export type Side = 'shop' | 'external'

export interface MappingRow {
  readonly code: string
  readonly name: string
  readonly isActive: boolean
  /** Not in the live dictionary any more. */
  readonly isGone: boolean
  /** Orders that wait for this value. */
  readonly waiting: number
}

/** Whose codes stand on the left. A mapping named "…ToShop" is the way back. */
export function keySide(field: SettingField): Side {
  return field.path.endsWith('ToShop') ? 'external' : 'shop'
}

export function entriesOf(
  field: SettingField,
  dictionaries: Dictionaries | null,
  side: Side,
): readonly DictionaryEntry[] {
  const name = field.dictionary?.[side]
  return name === undefined ? [] : (dictionaries?.[side][name] ?? [])
}

/** How many orders wait for a code of this mapping: by its path, else by its dictionary. */
export function waitingOf(
  field: SettingField,
  dictionaries: Dictionaries | null,
): Readonly<Record<string, number>> {
  const byPath = dictionaries?.parked[field.path]
  if (byPath !== undefined) return byPath
  const name = field.dictionary?.[keySide(field)]
  return keySide(field) === 'shop' && name !== undefined ? (dictionaries?.parked[name] ?? {}) : {}
}

/**
 * The left column: first what orders wait for, then what else is not mapped, then the rest; within each as the
 * dictionary has it. `saved` is the mapping as stored, so that rows do not jump while one edits.
 */
export function mappingRows(
  left: readonly DictionaryEntry[],
  saved: Readonly<Record<string, string>>,
  waiting: Readonly<Record<string, number>>,
): readonly MappingRow[] {
  const known = new Set(left.map(({ code }) => code))
  const isWhole = left.length > 0 && !left.some(({ fromOrders }) => fromOrders)
  const strays = [...Object.keys(saved), ...Object.keys(waiting)].filter((code) => !known.has(code))
  const rows: MappingRow[] = [
    ...left.map(({ code, name, active }) => ({
      code,
      name,
      isActive: active,
      isGone: false,
      waiting: saved[code] ? 0 : (waiting[code] ?? 0),
    })),
    ...[...new Set(strays)].map((code) => ({
      code,
      name: code,
      isActive: true,
      isGone: isWhole,
      waiting: saved[code] ? 0 : (waiting[code] ?? 0),
    })),
  ]
  const rank = (row: MappingRow) => (row.waiting > 0 ? 0 : saved[row.code] ? 3 : row.isActive ? 1 : 2)
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => rank(a.row) - rank(b.row) || b.row.waiting - a.row.waiting || a.index - b.index)
    .map(({ row }) => row)
}

/**
 * Whether pairs are typed by hand: one of the two dictionaries has nothing to offer, and no order waits for a value
 * that stands in a row of its own.
 */
export function isByHand(
  left: readonly DictionaryEntry[],
  right: readonly DictionaryEntry[],
  rows: readonly MappingRow[],
): boolean {
  return right.length === 0 || (left.length === 0 && rows.every(({ waiting }) => waiting === 0))
}

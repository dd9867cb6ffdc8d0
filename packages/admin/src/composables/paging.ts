/** Where the next page begins: after the last row, when the page came full. */
export function nextOf<Row>(
  rows: readonly Row[],
  size: number,
  placeOf: (row: Row) => string | number,
): string | number | null {
  const last = rows.at(-1)
  return last === undefined || rows.length < size ? null : placeOf(last)
}

/** One text of the address's query. */
export function queryText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

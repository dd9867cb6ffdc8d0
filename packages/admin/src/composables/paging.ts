/** The next page's place: the server's own word, else the last row's when the page came full. */
export function nextOf<Row>(
  page: { readonly rows: readonly Row[]; readonly next?: string | number | null },
  size: number,
  placeOf: (row: Row) => string | number,
): string | number | null {
  if (page.next !== undefined) return page.next
  const last = page.rows.at(-1)
  return last === undefined || page.rows.length < size ? null : placeOf(last)
}

/** One text of the address's query. */
export function queryText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

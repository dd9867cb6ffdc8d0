/** What a spreadsheet takes for the begin of a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[\s]*[=+\-@\t\r|]/

/** One row by RFC 4180. A text that a spreadsheet would run gets an apostrophe before it and is shown as it is. */
export function csvRow(cells: readonly (string | number | null)[], separator = ','): string {
  return `${cells.map(cell).join(separator)}\r\n`
}

/** Excel reads a file as UTF-8 only with it. */
export const BYTE_ORDER_MARK = '\uFEFF'

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}

import { toDecimal } from '@mufta/kit'

/** What JSON lacks, as Tryton spells it (trytond/protocols/jsonrpc.py, 6.0). */
export interface WireDecimal {
  readonly __class__: 'Decimal'
  readonly decimal: string
}

export interface WireDateTime {
  readonly __class__: 'datetime'
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
}

export interface WireDate {
  readonly __class__: 'date'
  readonly year: number
  readonly month: number
  readonly day: number
}

export function wireDecimal(decimal: string): WireDecimal {
  return { __class__: 'Decimal', decimal }
}

/** `text` as `fromWire` makes it: "2026-11-24T02:29:09.283210", the ERP's own clock, no zone. */
export function wireDateTime(text: string): WireDateTime {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})$/.exec(text)
  if (found === null) throw new TypeError(`Not a date and time with microseconds: "${text}"`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0] = found
    .slice(1)
    .map(Number)
  return { __class__: 'datetime', year, month, day, hour, minute, second, microsecond }
}

/** `text` as "2026-11-24". */
export function wireDate(text: string): WireDate {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (found === null) throw new TypeError(`Not a date: "${text}"`)
  const [year = 0, month = 0, day = 0] = found.slice(1).map(Number)
  return { __class__: 'date', year, month, day }
}

/** Takes Tryton's objects apart, however deep: Decimal → "1990.00", datetime and date → ISO text. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire)
  if (typeof value !== 'object' || value === null) return value
  const known = fromObject(value as Readonly<Record<string, unknown>>)
  if (known !== undefined) return known
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromWire(inner)]))
}

function fromObject(value: Readonly<Record<string, unknown>>): string | number | undefined {
  const part = (name: string, size: number): string => String(value[name]).padStart(size, '0')
  const day = (): string => `${part('year', 4)}-${part('month', 2)}-${part('day', 2)}`
  const time = (): string =>
    `${part('hour', 2)}:${part('minute', 2)}:${part('second', 2)}.${part('microsecond', 6)}`
  switch (value['__class__']) {
    case 'Decimal':
      return plainDecimal(String(value['decimal']))
    case 'datetime':
      return `${day()}T${time()}`
    case 'date':
      return day()
    case 'time':
      return time()
    case 'timedelta':
      return Number(value['seconds'])
    case 'bytes':
      return String(value['base64'])
    default:
      return undefined
  }
}

/** Python prints very small and very large decimals with an exponent ("0E-8"). */
function plainDecimal(text: string): string {
  return /e/i.test(text) ? toDecimal(text) : text
}

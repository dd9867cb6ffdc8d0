export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogLine {
  readonly seq: number
  readonly at: number
  readonly level: LogLevel
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** Longer lines are kept cut: a ring of the longest takes some 20 MB. */
const MAX_LINE = 4_096

/** The last lines of the log, for the page. Hand `write` to `createLog` beside where the lines go. */
export class LogRing {
  readonly #size: number
  #lines: (string | undefined)[] = []
  #last = 0

  /** @default size 5_000 */
  constructor(size = 5_000) {
    this.#size = size
  }

  /** A finished, redacted line. */
  readonly write = (line: string): void => {
    this.#last++
    this.#lines[this.#last % this.#size] = line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line
  }

  /** Newest first: those of this level and above, before that number. */
  lines({
    level = 'trace',
    before = Infinity,
    limit,
  }: {
    readonly level?: LogLevel | undefined
    readonly before?: number | undefined
    readonly limit: number
  }): readonly LogLine[] {
    const found: LogLine[] = []
    const oldest = Math.max(1, this.#last - this.#size + 1)
    for (let seq = Math.min(this.#last, before - 1); seq >= oldest && found.length < limit; seq--) {
      const line = parsed(seq, this.#lines[seq % this.#size] ?? '')
      if (logLevels.indexOf(line.level) >= logLevels.indexOf(level)) found.push(line)
    }
    return found
  }
}

function parsed(seq: number, line: string): LogLine {
  const { level, time, msg, ...facts } = objectOf(line)
  return {
    seq,
    at: typeof time === 'string' ? Date.parse(time) : 0,
    level: logLevels.find((each) => each === level) ?? 'info',
    message: typeof msg === 'string' ? msg : '',
    facts,
  }
}

/** A line that was cut is no JSON any more: it is shown as it is. */
function objectOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>
  } catch {
    return { msg: line.trim() }
  }
}

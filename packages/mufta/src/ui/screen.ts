import { stripVTControlCharacters, styleText } from 'node:util'

export type Lang = 'en' | 'ru'

/** Where a command prints and in which language. `--json` turns off everything meant for eyes. */
export interface Screen {
  readonly lang: Lang
  readonly json: boolean
  readonly isTty: boolean
  /** Width of the terminal; without one, lines are as long as they are. */
  readonly columns: number
  /** One of two texts by language. */
  readonly t: (en: string, ru: string) => string
  readonly line: (text?: string) => void
  readonly error: (text: string) => void
  /** As it is, also with --json: help that was asked for. */
  readonly print: (text: string) => void
  /** One JSON document (with --json only). */
  readonly data: (value: unknown) => void
  /** Rewrites the last block in place on a terminal; elsewhere prints it at most every few seconds. */
  readonly live: (block: string) => void
  /** Ends a live block, leaving its last state on the screen. */
  readonly settle: () => void
}

export interface ScreenOptions {
  readonly lang: Lang
  readonly json: boolean
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

const PLAIN_LIVE_MS = 3_000

export function createScreen({ lang, json, stdout, stderr }: ScreenOptions): Screen {
  const isTty = stdout.isTTY && !json
  let height = 0
  let lastPlain = 0
  let withheld = ''
  return {
    lang,
    json,
    isTty,
    columns: isTty ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    t: (en, ru) => (lang === 'ru' ? ru : en),
    line: (text = '') => void (json || stdout.write(`${text}\n`)),
    error: (text) => void stderr.write(`${text}\n`),
    print: (text) => void stdout.write(text),
    data: (value) => void (json && stdout.write(`${JSON.stringify(value)}\n`)),
    live: (block) => {
      if (json) return
      if (isTty) {
        // A wrapped line would count as two and the block would climb.
        const lines = block.split('\n').map((text) => clip(text, stdout.columns || 80))
        const up = height > 0 ? `\u001b[${height}A\u001b[0J` : ''
        stdout.write(`${up}${lines.join('\n')}\n`)
        height = lines.length
        return
      }
      withheld = block.split('\n').at(-1) ?? ''
      if (Date.now() - lastPlain < PLAIN_LIVE_MS) return
      lastPlain = Date.now()
      stdout.write(`${withheld}\n`)
      withheld = ''
    },
    settle: () => {
      if (withheld !== '') stdout.write(`${withheld}\n`)
      withheld = ''
      height = 0
    },
  }
}

/** ru where the user's environment says so, else en. */
export function langOf(env: Readonly<Record<string, string | undefined>>): Lang {
  const locale = env['MUFTA_LANG'] ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? ''
  return locale.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}

export const paint = {
  good: (text: string) => styleText('green', text),
  bad: (text: string) => styleText('red', text),
  warn: (text: string) => styleText('yellow', text),
  dim: (text: string) => styleText('dim', text),
  bold: (text: string) => styleText('bold', text),
}

/** "█████░░░░░  50 %  250/500"; of nothing "██████████ 100 %" */
export function bar(done: number, total: number, width = 28): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const full = Math.round(share * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(share * 100)).padStart(3)} %${total === 0 ? '' : `  ${done}/${total}`}`
}

/** Left-aligned columns; the last is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, visible(cell))))
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          index === row.length - 1 ? cell : `${cell}${' '.repeat((widths[index] ?? 0) - visible(cell))}`,
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Breaks a long line between words; the lines that follow begin under its text, `indent` columns in. */
export function wrap(text: string, indent: number, columns: number): string {
  const [margin = ''] = /^ */.exec(text) ?? []
  const [first = '', ...words] = text.slice(margin.length).split(' ')
  const lines: string[] = []
  let line = `${margin}${first}`
  for (const word of words) {
    if (visible(line) + 1 + visible(word) <= columns) {
      line += ` ${word}`
      continue
    }
    lines.push(line)
    line = `${' '.repeat(indent)}${word}`
  }
  return [...lines, line].join('\n')
}

/** Length as seen: colours take no room. */
function visible(text: string): number {
  return stripVTControlCharacters(text).length
}

function clip(text: string, columns: number): string {
  return visible(text) < columns ? text : `${stripVTControlCharacters(text).slice(0, columns - 2)}…`
}

import { PermanentError } from './errors.ts'

/**
 * Strict JSON. Integers that a double cannot hold come as strings of digits, so ids stay exact.
 * A leading byte order mark is accepted.
 * @throws PermanentError `JSON_INVALID` with `facts.position`; never with the text itself
 */
export function decodeJson(text: string): unknown {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  try {
    // Most answers hold no number that long; the reviver costs several times the plain parse.
    return hasLongInteger(source) ? JSON.parse(source, keepBigInteger) : JSON.parse(source)
  } catch {
    // V8 quotes the text in its message, so its error is not kept as a cause.
    const position = errorPosition(source)
    throw new PermanentError('JSON_INVALID', `Not valid JSON at position ${position} of ${source.length}`, {
      facts: { position, length: source.length },
    })
  }
}

const LONGEST_EXACT = 15

/**
 * Whether there may be a number of more than 15 digits: a run of so many holds every sixteenth character. Digits after
 * a point do not count: PHP prints times such as 0.39041590690612793 into every answer.
 */
function hasLongInteger(text: string): boolean {
  for (let at = LONGEST_EXACT; at < text.length; at += LONGEST_EXACT + 1) {
    if (!isDigit(text, at)) continue
    let start = at
    while (isDigit(text, start - 1)) start -= 1
    let end = at + 1
    while (isDigit(text, end)) end += 1
    if (end - start > LONGEST_EXACT && text[start - 1] !== '.') return true
  }
  return false
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

function keepBigInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d+$/.test(source) ? source : value
}

const STRING = String.raw`"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"`
const NUMBER_OR_WORD = String.raw`(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])`
const TOKEN = new RegExp(String.raw`[\t\n\r ]*(?:([{}[\],:])|(${STRING})|(${NUMBER_OR_WORD}))`, 'y')

/** Where reading stops making sense: a plain walk over tokens, used only after JSON.parse has refused. */
function errorPosition(text: string): number {
  const open: string[] = []
  let expects: 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' = 'value'
  let at = 0
  for (;;) {
    const found = tokenAt(text, at)
    if (found === null) return skipSpace(text, at)
    const [, mark, string] = found
    const start = TOKEN.lastIndex - (mark ?? string ?? found[3] ?? '').length
    at = TOKEN.lastIndex
    const isValueHere = expects === 'value' || expects === 'value-or-end'
    if (mark === '{' || mark === '[') {
      if (!isValueHere) return start
      open.push(mark)
      expects = mark === '{' ? 'name-or-end' : 'value-or-end'
    } else if (mark === '}' || mark === ']') {
      const isClosing =
        expects === 'comma-or-end' || expects === (mark === '}' ? 'name-or-end' : 'value-or-end')
      if (!isClosing || open.pop() !== (mark === '}' ? '{' : '[')) return start
      expects = 'comma-or-end'
    } else if (mark === ',') {
      if (expects !== 'comma-or-end' || open.length === 0) return start
      expects = open.at(-1) === '{' ? 'name' : 'value'
    } else if (mark === ':') {
      if (expects !== 'colon') return start
      expects = 'value'
    } else if (string !== undefined && (expects === 'name' || expects === 'name-or-end')) {
      expects = 'colon'
    } else {
      if (!isValueHere) return start
      expects = 'comma-or-end'
    }
  }
}

function tokenAt(text: string, at: number): RegExpExecArray | null {
  TOKEN.lastIndex = at
  try {
    return TOKEN.exec(text)
  } catch {
    // A string with millions of escapes exhausts the pattern's stack: the token's start is near enough.
    return null
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
  return at
}

import { isUtf8 } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import { HookError, type HookRequest, type HookResult } from '@mufta/kit'

export interface HookOptions {
  /** The token that every event of this installation carries. Without it every delivery is refused. */
  readonly applicationToken: string | undefined
  /** Largest body. A real event has about 1 KB. @default 256 KiB */
  readonly maxBytes?: number
}

const MAX_BYTES = 256 * 1024

/**
 * Verifies and reads event deliveries. Made for thousands a second: one pass over the body that looks at three keys.
 * @throws HookError 415, 413, 400 (not UTF-8, broken escapes, no event, bad id), 403 (token missing or wrong)
 */
export function createHookParser(options: HookOptions): (request: HookRequest) => HookResult {
  const { applicationToken, maxBytes = MAX_BYTES } = options
  const expected =
    applicationToken === undefined || applicationToken === '' ? null : Buffer.from(applicationToken)
  return ({ contentType, body }) => {
    if (!isForm(contentType)) {
      throw new HookError(
        415,
        'HOOK_NOT_A_FORM',
        'An event must be sent as application/x-www-form-urlencoded',
      )
    }
    if (body.byteLength > maxBytes)
      throw new HookError(413, 'HOOK_TOO_LARGE', `An event is at most ${maxBytes} bytes`)
    const { event, id, token } = readEventForm(body)
    if (expected === null) {
      throw new HookError(
        403,
        'HOOK_TOKEN_NOT_SET',
        'Set applicationToken of this connection to receive events',
      )
    }
    if (token === undefined || !isSame(token, expected)) {
      throw new HookError(
        403,
        'HOOK_TOKEN_WRONG',
        'The event does not carry the application token of this connection',
      )
    }
    if (event === undefined || event === '')
      throw new HookError(400, 'HOOK_NO_EVENT', 'The delivery names no event')
    return orderEvent(event, id)
  }
}

/** The three values of an event that matter; absent keys are undefined, the last of a repeated key counts. */
export function readEventForm(body: Uint8Array): { event?: string; id?: string; token?: string } {
  if (!isUtf8(body)) throw new HookError(400, 'HOOK_NOT_UTF8', 'The body is not UTF-8')
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  // Such escapes are rare in events; only then is the whole body looked through and decoded to prove it is UTF-8.
  if (ODD_ESCAPE.test(text)) requireUtf8(text)
  const found: { event?: string; id?: string; token?: string } = {}
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('&', start)
    const end = next < 0 ? text.length : next
    const field = fieldAt(text, start, end)
    if (field !== undefined) found[field.name] = decode(text.slice(field.valueAt, end))
    start = end + 1
  }
  return found
}

/** What an event of the site means for us. @throws HookError 400 `HOOK_BAD_ID` */
export function orderEvent(name: string, id: string | undefined): HookResult {
  const event = name.toUpperCase()
  const isDeleted = event === ORDER_DELETED
  if (event !== ORDER_SAVED && !isDeleted) return { events: [], ignored: [safeName(event)] }
  if (id === undefined || !/^[1-9]\d{0,18}$/.test(id)) {
    throw new HookError(400, 'HOOK_BAD_ID', `${event} carries no valid order id`)
  }
  return {
    events: [{ entity: 'order', id, reason: event, ...(isDeleted && { deleted: true }) }],
    ignored: [],
  }
}

export const ORDER_SAVED = 'ONSALEORDERSAVED'
export const ORDER_DELETED = 'ONSALEBEFOREORDERDELETE'

const FORM = 'application/x-www-form-urlencoded'
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
/** Broken, or of a byte above ASCII. */
const ODD_ESCAPE = /%(?![0-7][0-9A-Fa-f])/

const FIELDS: ReadonlyMap<string, Wanted> = new Map([
  ['event', 'event'],
  ['data[FIELDS][ID]', 'id'],
  ['auth[application_token]', 'token'],
  // The usual spelling, told without decoding.
  ['data%5BFIELDS%5D%5BID%5D', 'id'],
  ['auth%5Bapplication_token%5D', 'token'],
])

type Wanted = 'event' | 'id' | 'token'

const PERCENT = '%'.charCodeAt(0)
const EQUALS = '='.charCodeAt(0)

/** Names are told apart by their length first, an escape being one letter: most need not be looked at any closer. */
function fieldAt(text: string, start: number, end: number): { name: Wanted; valueAt: number } | undefined {
  let equals = start
  let escapes = 0
  for (; equals < end; equals += 1) {
    const code = text.charCodeAt(equals)
    if (code === EQUALS) break
    if (code === PERCENT) escapes += 1
  }
  const length = equals - start - 2 * escapes
  if (length !== EVENT_LENGTH && length !== ID_LENGTH && length !== TOKEN_LENGTH) return undefined
  const raw = text.slice(start, equals)
  const name = FIELDS.get(raw) ?? (escapes > 0 ? FIELDS.get(decode(raw)) : undefined)
  return name === undefined ? undefined : { name, valueAt: Math.min(equals + 1, end) }
}

const EVENT_LENGTH = 'event'.length
const ID_LENGTH = 'data[FIELDS][ID]'.length
const TOKEN_LENGTH = 'auth[application_token]'.length

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // The cause would quote the body.
    throw brokenEscape()
  }
}

function requireUtf8(text: string): void {
  if (BROKEN_ESCAPE.test(text)) throw brokenEscape()
  decode(text)
}

function brokenEscape(): HookError {
  return new HookError(400, 'HOOK_MALFORMED', 'The body has a broken percent escape')
}

function isForm(contentType: string): boolean {
  if (contentType === FORM) return true
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase() === FORM
}

/** Takes as long whatever the letters are; only that the length is wrong may be told from the time. */
function isSame(token: string, expected: Buffer): boolean {
  const given = Buffer.from(token)
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
}

/** Names of events go into the journal. */
function safeName(event: string): string {
  return event.replaceAll(/[^A-Z0-9_.]/g, '_').slice(0, 64)
}

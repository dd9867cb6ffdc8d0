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
export function readEventForm(body: Uint8Array): EventForm {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  // What is not UTF-8 leaves this letter, which may also stand there by right.
  if (text.includes('\uFFFD') && !isUtf8(body))
    throw new HookError(400, 'HOOK_NOT_UTF8', 'The body is not UTF-8')
  return UNUSUAL.test(text) ? readAnyForm(text) : readUsualForm(text)
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

interface EventForm {
  readonly event?: string | undefined
  readonly id?: string | undefined
  readonly token?: string | undefined
}

const FORM = 'application/x-www-form-urlencoded'
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
/** Broken, or of a byte above ASCII. */
const ODD_ESCAPE = /%(?![0-7][0-9A-Fa-f])/
/** A usual event escapes brackets, slashes and colons and nothing else: its names have one spelling then. */
const UNUSUAL = /%(?!5[BD]|2F|3A)|[[\]]/

const [A, D, E, EQUALS] = [0x61, 0x64, 0x65, 0x3d] as const

function readUsualForm(text: string): EventForm {
  let event: string | undefined
  let id: string | undefined
  let token: string | undefined
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('&', start)
    const end = next < 0 ? text.length : next
    const letter = text.charCodeAt(start)
    if (letter === E) event = valueOf('event', text, start, end) ?? event
    else if (letter === D) id = valueOf('data%5BFIELDS%5D%5BID%5D', text, start, end) ?? id
    else if (letter === A) token = valueOf('auth%5Bapplication_token%5D', text, start, end) ?? token
    start = end + 1
  }
  return { event, id, token }
}

/** undefined = the field between these places has another name. */
function valueOf(name: string, text: string, start: number, end: number): string | undefined {
  const equals = start + name.length
  // Asked first because it is the cheapest question, and most other names have another length.
  if (equals !== end && text.charCodeAt(equals) !== EQUALS) return undefined
  if (!text.startsWith(name, start)) return undefined
  return equals === end ? '' : decode(text.slice(equals + 1, end))
}

function readAnyForm(text: string): EventForm {
  // Only then is the whole body decoded, to prove that it is UTF-8.
  if (ODD_ESCAPE.test(text)) requireUtf8(text)
  const fields = new Map<string, string>()
  for (const field of text.split('&')) {
    const [name = ''] = field.split('=', 1)
    fields.set(decode(name), decode(field.slice(name.length + 1)))
  }
  return {
    event: fields.get('event'),
    id: fields.get('data[FIELDS][ID]'),
    token: fields.get('auth[application_token]'),
  }
}

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

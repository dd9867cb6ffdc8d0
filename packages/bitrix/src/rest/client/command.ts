import { ConfigError, encodeQuery, type MuftaError } from '@mufta/kit'
import { explainFailure, failureError, noAnswerError, type PortalFailure } from '../../errors.ts'
import {
  countOf,
  isObject,
  refusalIn,
  timeOf,
  type Envelope,
  type JsonObject,
  type PortalTime,
} from './answer.ts'
import type { MethodKind } from './method-kind.ts'
import type { PortalRequest, PortalTransport } from './transport.ts'

/** One call of a method, alone or inside a batch. */
export interface Command {
  readonly method: string
  readonly params: JsonObject
  readonly kind: MethodKind
}

/** What became of one command of a batch. */
export type CommandOutcome =
  | {
      readonly status: 'ok'
      readonly result: unknown
      readonly total?: number
      readonly next?: number
      readonly time?: PortalTime
    }
  | { readonly status: 'error'; readonly error: MuftaError }
  /** An earlier command failed and `halt` was set. */
  | { readonly status: 'not-run' }

/** Bitrix24 REST docs: *batch*. */
export const MAX_COMMANDS = 50

export interface NamedCommand extends Command {
  /** Key in the batch; not a number, or the portal's answer turns from an object into an array. */
  readonly name: string
}

/** Body of `batch`. Every command is a string: the portal skips anything else without a trace. */
export function batchRequest(
  commands: readonly NamedCommand[],
  options: { readonly halt: boolean; readonly signal: AbortSignal | undefined },
): PortalRequest {
  return {
    method: 'batch',
    kind: commands.some(({ kind }) => kind === 'write') ? 'write' : 'read',
    params: {
      halt: options.halt ? 1 : 0,
      cmd: Object.fromEntries(
        commands.map(({ name, method, params }) => [name, commandText(method, params)]),
      ),
    },
    signal: options.signal,
  }
}

/** One outcome per command, in order; learns what the methods cost. */
export function batchOutcomes(
  commands: readonly NamedCommand[],
  envelope: Envelope,
  halt: boolean,
  transport: PortalTransport,
): readonly CommandOutcome[] {
  const answer = isObject(envelope.result) ? envelope.result : undefined
  // `result` itself may be [] when every command failed; its absence means that this is no answer of batch.
  if (answer === undefined || !('result' in answer)) {
    const kind = commands.some((command) => command.kind === 'write') ? 'write' : 'read'
    const context = transport.failureContext({ method: 'batch', kind })
    throw noAnswerError({ ...context, isSent: true, what: 'answered a batch without its maps' })
  }
  const results = mapOf(answer['result'])
  const errors = mapOf(answer['result_error'])
  const totals = mapOf(answer['result_total'])
  const nexts = mapOf(answer['result_next'])
  const times = mapOf(answer['result_time'])
  // All times first: one command may tell when the budget that another one met comes back.
  for (const { name, method } of commands) {
    transport.limits.learn(transport.auth.account, method, timeOf(times.get(name)))
  }
  return commands.map((command): CommandOutcome => {
    const { name } = command
    const time = timeOf(times.get(name))
    const refused = errors.get(name)
    if (refused !== undefined) return { status: 'error', error: commandError(command, refused, transport) }
    if (!results.has(name)) {
      if (halt) return { status: 'not-run' }
      const context = transport.failureContext(command)
      return {
        status: 'error',
        error: noAnswerError({ ...context, isSent: true, what: 'is missing in a batch answer' }),
      }
    }
    const result = results.get(name)
    const inner = refusalIn({ result })
    if (inner !== undefined) return { status: 'error', error: commandError(command, inner, transport) }
    return okOutcome({ result, total: countOf(totals.get(name)), next: countOf(nexts.get(name)), time })
  })
}

/** The same for a command that went alone. */
export function okOutcome({ result, total, next, time }: Envelope): CommandOutcome {
  return {
    status: 'ok',
    result,
    ...(total === undefined ? {} : { total }),
    ...(next === undefined ? {} : { next }),
    ...(time === undefined ? {} : { time }),
  }
}

/**
 * Whether a batch would change what the parameters mean: its query form has no empty array, and texts such as
 * "$result[x]" (perhaps a customer's comment) would be taken for references. Such a call goes alone, as JSON.
 */
export function mustGoAlone(params: unknown): boolean {
  if (typeof params === 'string') return REFERENCE.test(params)
  if (Array.isArray(params)) return params.length === 0 || params.some(mustGoAlone)
  if (typeof params !== 'object' || params === null) return false
  return Object.entries(params).some(([name, value]) => REFERENCE.test(name) || mustGoAlone(value))
}

const REFERENCE = /\$(?:result|error|total|next|time)\[/

/** @throws ConfigError `PORTAL_METHOD`, `PORTAL_RESERVED` before anything is sent */
export function checkCommand(method: string, params: JsonObject): void {
  if (!/^[a-z][\w.]*$/i.test(method))
    throw new ConfigError('PORTAL_METHOD', 'A method name has letters, digits and dots')
  for (const name of RESERVED) {
    if (!(name in params)) continue
    throw new ConfigError('PORTAL_RESERVED', `${method}: the portal keeps the parameter "${name}" for itself`)
  }
}

/** The portal takes these for itself (Bitrix24 REST: the parameter never reaches the method). */
const RESERVED = ['auth', 'access_token', 'token', 'method', 'state', 'aplogin', 'ap'] as const

function commandText(method: string, params: JsonObject): string {
  const query = encodeQuery(params)
  return query === '' ? method : `${method}?${query}`
}

function commandError(command: Command, raw: unknown, transport: PortalTransport): MuftaError {
  const body = isObject(raw) ? raw : { error: '' }
  const failure: PortalFailure = explainFailure(body, undefined)
  const context = transport.failureContext(command)
  if (failure.kind !== 'operation') return failureError(failure, context)
  return failureError(failure, { ...context, retryAfterMs: transport.stopMethod(command.method) })
}

/** PHP writes an empty map as [], and a map with keys 0..n as a list. */
function mapOf(value: unknown): ReadonlyMap<string, unknown> {
  if (Array.isArray(value)) return new Map(value.map((item: unknown, index) => [String(index), item]))
  return new Map(isObject(value) ? Object.entries(value) : [])
}

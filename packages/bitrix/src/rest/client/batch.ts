import { ConfigError, MuftaError, type CallOptions } from '@mufta/kit'
import type { JsonObject } from './answer.ts'
import {
  batchOutcomes,
  batchRequest,
  checkCommand,
  MAX_COMMANDS,
  okOutcome,
  type CommandOutcome,
  type NamedCommand,
} from './command.ts'
import { methodKind, type MethodKind } from './method-kind.ts'
import type { PortalTransport } from './transport.ts'
import { throwIfAborted } from './wait.ts'

export interface BatchCommand {
  readonly method: string
  readonly params?: JsonObject
  /** @default by its name */
  readonly kind?: MethodKind
}

export interface BatchOptions extends CallOptions {
  /** Stop at the first command that fails; the later ones are `not-run`. @default false */
  readonly halt?: boolean
}

/**
 * A caller's own batch. More than 50 commands are split: in parallel, or one after another with `halt`.
 * @throws ConfigError `PORTAL_BATCH` (references across more than 50 commands, an empty array), and the request's
 *   error when no request was answered; else the commands of a failed request carry it
 */
export async function runBatch(
  transport: PortalTransport,
  entries: readonly (readonly [string, BatchCommand])[],
  halt: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly CommandOutcome[]> {
  throwIfAborted(signal)
  if (entries.length === 0) return []
  const { commands, hasReferences } = nameCommands(entries)
  if (hasReferences && commands.length > MAX_COMMANDS) {
    throw new ConfigError('PORTAL_BATCH', `A batch with references holds at most ${MAX_COMMANDS} commands`)
  }
  const chunks = Array.from({ length: Math.ceil(commands.length / MAX_COMMANDS) }, (_, index) =>
    commands.slice(index * MAX_COMMANDS, (index + 1) * MAX_COMMANDS),
  )
  const run = (chunk: readonly NamedCommand[]): Promise<ChunkOutcome> =>
    runChunk(transport, chunk, halt, halt || hasReferences, signal)
  const parts = halt ? await inTurn(chunks, run) : await Promise.all(chunks.map(run))
  const failures = parts.map((part) => part.failure).filter((failure) => failure !== undefined)
  const [failure] = failures
  if (failure !== undefined && failures.length === parts.length) throw failure
  const outcomes = parts.flatMap((part) => part.outcomes)
  return commands.map((_, index) => outcomes[index] ?? { status: 'not-run' })
}

interface ChunkOutcome {
  readonly outcomes: readonly CommandOutcome[]
  /** The whole request failed. */
  readonly failure?: MuftaError
}

async function runChunk(
  transport: PortalTransport,
  commands: readonly NamedCommand[],
  halt: boolean,
  isBound: boolean,
  signal: AbortSignal | undefined,
): Promise<ChunkOutcome> {
  const startedAt = transport.options.clock()
  try {
    const methods = [...new Set(commands.map(({ method }) => method))]
    const { auth, limits, options } = transport
    await limits.ready(auth.account, methods, options.timeouts.waitMs, signal)
    const envelope = await transport.request(batchRequest(commands, { halt, signal }))
    const outcomes = batchOutcomes(commands, envelope, halt, transport)
    if (isBound) return { outcomes }
    return { outcomes: await repeatRefused(transport, commands, outcomes, startedAt, signal) }
  } catch (error) {
    if (!(error instanceof MuftaError)) throw error
    return { outcomes: commands.map(() => ({ status: 'error', error })), failure: error }
  }
}

/** Commands that were certainly not done, or reads that failed inside, once more; only where nothing depends on them. */
async function repeatRefused(
  transport: PortalTransport,
  commands: readonly NamedCommand[],
  outcomes: readonly CommandOutcome[],
  startedAt: number,
  signal: AbortSignal | undefined,
): Promise<readonly CommandOutcome[]> {
  return Promise.all(
    outcomes.map(async (outcome, index) => {
      const command = commands[index]
      if (outcome.status !== 'error' || command === undefined) return outcome
      const delay = transport.delayBeforeRepeat(outcome.error, 1, startedAt)
      if (delay === undefined) return outcome
      try {
        await transport.pause(delay, command.method, outcome.error, signal)
        return okOutcome(await transport.request({ ...command, signal }))
      } catch (error) {
        if (!(error instanceof MuftaError)) throw error
        return { status: 'error', error } satisfies CommandOutcome
      }
    }),
  )
}

async function inTurn(
  chunks: readonly (readonly NamedCommand[])[],
  run: (chunk: readonly NamedCommand[]) => Promise<ChunkOutcome>,
): Promise<readonly ChunkOutcome[]> {
  const parts: ChunkOutcome[] = []
  for (const chunk of chunks) {
    const part = await run(chunk)
    parts.push(part)
    if (part.outcomes.some(({ status }) => status !== 'ok')) break
  }
  return parts
}

/** Gives every command a key that is no number and rewrites references to it. */
function nameCommands(entries: readonly (readonly [string, BatchCommand])[]): {
  readonly commands: readonly NamedCommand[]
  readonly hasReferences: boolean
} {
  const names = new Map(entries.map(([name], index) => [name, SAFE_NAME.test(name) ? name : `c__${index}`]))
  let hasReferences = false
  const commands = entries.map(([name, { method, params = {}, kind }]) => {
    checkCommand(method, params)
    const rewritten = rewrite(params, method, (kind_, key) => {
      const wireName = names.get(key)
      if (wireName === undefined) return undefined
      hasReferences = true
      return `$${kind_}[${wireName}]`
    })
    return {
      name: names.get(name) ?? name,
      method,
      params: rewritten as JsonObject,
      kind: kind ?? methodKind(method),
    }
  })
  return { commands, hasReferences }
}

const SAFE_NAME = /^[a-z_]\w*$/i
const REFERENCES = /\$(result|error|total|next|time)\[([^\]]*)\]/g

function rewrite(
  value: unknown,
  method: string,
  rename: (kind: string, key: string) => string | undefined,
): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCES, (whole, kind: string, key: string) => rename(kind, key) ?? whole)
  }
  if (Array.isArray(value)) {
    if (value.length > 0) return value.map((item) => rewrite(item, method, rename))
    throw new ConfigError('PORTAL_BATCH', `${method}: a batch cannot carry an empty array; use call`)
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, method, rename)]))
}

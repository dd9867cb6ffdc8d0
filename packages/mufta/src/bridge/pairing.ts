import { randomBytes } from 'node:crypto'
import { codeLetters, isPairProof, pairingCode, pairRequest, sealBox, type PairFacts } from '@mufta/bitrix'
import { checkUrl, MuftaError, Secret, type ConnectorLog } from '@mufta/kit'
import { keyIdOf, type Store, type Vault } from '@mufta/runtime'
import { z } from 'zod'
import { savePairedKey } from './paired-key.ts'

export const CODE_MINUTES = 15
/** After so many wrong proofs a code is worth nothing. */
const MOST_WRONG = 5

export interface PairingDeps {
  readonly store: Store
  readonly vault: Vault
  /** Private or plain http hosts that a connection may reach; null = there is no such connection (any more). */
  readonly allowHosts: (connection: string) => Promise<readonly string[] | null>
  readonly log: ConnectorLog
  /** Unix milliseconds. */
  readonly clock: () => number
}

export interface PairAnswer {
  readonly status: 200 | 400 | 403 | 409
  readonly body: Readonly<Record<string, unknown>>
}

/** Makes the one-time code of a connection; an earlier one is worth nothing from now on. */
export async function startPairing(
  { store, vault, clock }: Pick<PairingDeps, 'store' | 'vault' | 'clock'>,
  connection: string,
): Promise<{ readonly code: string; readonly until: number }> {
  const code = pairingCode(connection, randomBytes(16))
  const until = clock() + CODE_MINUTES * 60_000
  const row = rowOf(connection)
  const pending: Pending = {
    v: 1,
    until,
    wrong: 0,
    letters: vault.seal(placeOf(connection), new Secret(codeLetters(code))),
  }
  await store.setValue(row, JSON.stringify(pending))
  return { code, until }
}

/**
 * Seals a code that still waits anew with the key in use, as a rotation does with secrets; a spent or late one needs
 * none. A code whose key is gone can never be redeemed: it is forgotten.
 */
export async function resealPairing(
  { store, vault, clock }: Pick<PairingDeps, 'store' | 'vault' | 'clock'>,
  connection: string,
): Promise<void> {
  for (;;) {
    const text = store.value(rowOf(connection))
    const pending = readPending(text)
    if (pending === null || pending.until <= clock() || vault.isCurrent(pending.letters)) return
    const isOpenable = vault.keys.ids.includes(keyIdOf(pending.letters))
    const place = placeOf(connection)
    const next = isOpenable
      ? { ...pending, letters: vault.seal(place, vault.open(place, pending.letters)) }
      : null
    // Spent, tried or made anew meanwhile: look again.
    if (await settle({ store }, connection, text, next)) return
  }
}

/**
 * Answers the module that presents a code: a right proof gets the new key, readable with the code only, and spends the
 * code. Wrong, late, spent and unknown all look the same from outside.
 */
export async function answerPairing(deps: PairingDeps, body: unknown): Promise<PairAnswer> {
  const request = pairRequest.safeParse(body)
  if (!request.success) return refusal(400, 'BAD_REQUEST', 'The request is not of protocol v1')
  const { connection, proof, endpoint, nonce, siteUrl, moduleId } = request.data
  const facts = { nonce, siteUrl, moduleId }
  for (let round = 0; round < 5; round++) {
    const text = deps.store.value(rowOf(connection))
    const pending = readPending(text)
    if (pending === null || pending.until <= deps.clock()) return refused(deps, connection)
    const letters = deps.vault.open(placeOf(connection), pending.letters).reveal()
    if (!isPairProof(letters, facts, proof)) {
      if (await settle(deps, connection, text, afterWrong(pending))) return refused(deps, connection)
      continue
    }
    const allowHosts = await deps.allowHosts(connection)
    if (allowHosts === null) return refused(deps, connection)
    const wrong = endpointProblem(endpoint, siteUrl, allowHosts)
    // The code is still good: the administrator corrects the address and tries again.
    if (wrong !== null) return refusal(400, 'PAIR_ENDPOINT', wrong)
    if (await settle(deps, connection, text, null))
      return await pair(deps, connection, letters, facts, endpoint)
  }
  return refusal(409, 'BUSY', 'Someone else is pairing this connection; try again')
}

async function pair(
  { store, vault, log, clock }: PairingDeps,
  connection: string,
  letters: string,
  { nonce, siteUrl, moduleId }: PairFacts,
  endpoint: string,
): Promise<PairAnswer> {
  const key = { key: `k${randomBytes(8).toString('hex')}`, secret: randomBytes(32).toString('hex') }
  const pairedAt = clock()
  await savePairedKey(store, vault, connection, {
    keyId: key.key,
    secret: key.secret,
    endpoint,
    siteUrl,
    moduleId,
    pairedAt,
  })
  const detail = { module: moduleId, key: key.key }
  await store.journal([
    { connection, entity: 'connection', id: connection, kind: 'note', code: 'BRIDGE_PAIRED', detail },
  ])
  const { paused, byOperator } = store.connectionState(connection)
  // It paused itself for want of a key.
  if (paused && !byOperator) await store.resume(connection)
  log.info({ connection, module: moduleId, key: key.key }, 'The site was paired')
  return { status: 200, body: { v: 1, box: sealBox(letters, nonce, randomBytes(12), key) } }
}

function refused({ log }: PairingDeps, connection: string): PairAnswer {
  // The name comes from outside: only its first letters, and only those of a name.
  log.warn(
    { connection: connection.replace(/[^\w-]/g, '?').slice(0, 40), code: 'PAIR_REFUSED' },
    'A pairing was refused',
  )
  const text = 'The code is wrong, spent or over: make a new one with "mufta bridge pair"'
  return refusal(403, 'PAIR_REFUSED', text)
}

/** The proof does not cover the endpoint, so it must lie on the site that the proof names. */
function endpointProblem(endpoint: string, siteUrl: string, allowHosts: readonly string[]): string | null {
  if (URL.parse(siteUrl)?.origin !== URL.parse(endpoint)?.origin)
    return 'The endpoint is not on the site that pairs; correct the address of the site in the module'
  try {
    checkUrl(endpoint, allowHosts)
    return null
  } catch (error) {
    return error instanceof MuftaError ? error.message : 'The endpoint cannot be used'
  }
}

const pendingSchema = z.object({
  v: z.literal(1),
  until: z.number(),
  wrong: z.number(),
  /** Sealed. */
  letters: z.string(),
})
type Pending = z.output<typeof pendingSchema>

function readPending(text: string | null): Pending | null {
  return text === null ? null : pendingSchema.nullable().parse(JSON.parse(text))
}

function afterWrong(pending: Pending): Pending | null {
  return pending.wrong + 1 >= MOST_WRONG ? null : { ...pending, wrong: pending.wrong + 1 }
}

/** false = someone changed it meanwhile: look again. */
function settle(
  { store }: Pick<PairingDeps, 'store'>,
  connection: string,
  expected: string | null,
  next: Pending | null,
): Promise<boolean> {
  return store.setValue(rowOf(connection), JSON.stringify(next), expected)
}

function placeOf(connection: string) {
  return { connection, path: 'pairing code' }
}

function rowOf(connection: string): string {
  return `bridge/${connection}/pairing`
}

function refusal(status: PairAnswer['status'], code: string, message: string): PairAnswer {
  return { status, body: { v: 1, ok: false, error: { code, message } } }
}

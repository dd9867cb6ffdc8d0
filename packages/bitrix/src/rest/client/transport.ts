import {
  AuthError,
  MuftaError,
  RateLimitedError,
  RetryableError,
  TransportError,
  type TransportAnswer,
} from '@mufta/kit'
import { failureError, noAnswerError, type FailureContext, type PortalFailure } from '../../errors.ts'
import { readAnswer, type Envelope, type JsonObject } from './answer.ts'
import type { Credentials, PortalAuth } from './auth.ts'
import { Health } from './health.ts'
import { shareUnder } from './limit-registry.ts'
import type { Permit } from './limit-types.ts'
import type { PortalLimits } from './limits.ts'
import type { MethodKind } from './method-kind.ts'
import type { ResolvedOptions } from './options.ts'
import type { Origins } from './origins.ts'
import { aborted, sleep, throwIfAborted } from './wait.ts'

export interface PortalRequest {
  readonly method: string
  readonly params: JsonObject
  readonly kind: MethodKind
  readonly signal: AbortSignal | undefined
}

export interface RequestCounts {
  readonly requests: number
  readonly retries: number
}

/**
 * One request to the portal, whole: authorisation, limits, renames, refusals as typed errors, repeats of what is safe
 * to repeat. Knows nothing of batches.
 */
export class PortalTransport {
  readonly auth: PortalAuth
  readonly limits: PortalLimits
  readonly health: Health
  readonly options: ResolvedOptions
  readonly #origins: Origins
  #requests = 0
  #retries = 0

  constructor(auth: PortalAuth, limits: PortalLimits, origins: Origins, options: ResolvedOptions) {
    this.auth = auth
    this.limits = limits
    this.#origins = origins
    this.options = options
    this.health = new Health(options.clock, options.onState)
  }

  get counts(): RequestCounts {
    return { requests: this.#requests, retries: this.#retries }
  }

  /** Sends with repeats: reads after any lost answer, writes only when they were certainly not done. */
  async request(request: PortalRequest): Promise<Envelope> {
    const startedAt = this.options.clock()
    for (let attempt = 1; ; attempt++) {
      const permit = await this.enter([request.method], request.signal)
      try {
        return await this.send(permit, request)
      } catch (error) {
        const delay = this.delayBeforeRepeat(error, attempt, startedAt)
        if (delay === undefined) throw error
        await this.pause(delay, request.method, error, request.signal)
      }
    }
  }

  /** The right to send one request for these methods. */
  async enter(methods: readonly string[], signal: AbortSignal | undefined): Promise<Permit> {
    throwIfAborted(signal)
    this.health.check()
    const { waitMs } = this.options.timeouts
    await this.limits.ready(this.auth.account, methods, waitMs, signal)
    return this.limits.enter(waitMs, signal)
  }

  /** Milliseconds to wait before the same again; undefined = do not repeat. */
  delayBeforeRepeat(error: unknown, attempt: number, startedAt: number): number | undefined {
    if (error instanceof RateLimitedError) {
      // The limits hold requests back themselves; only the total patience counts here.
      const patience = this.options.timeouts.waitMs - (this.options.clock() - startedAt)
      if (error.code === 'PORTAL_BUSY' || patience <= (error.retryAfterMs ?? 0)) return undefined
      return error.code === 'PORTAL_METHOD_LIMITED' ? (error.retryAfterMs ?? 0) : 0
    }
    if (!(error instanceof RetryableError) || attempt > this.options.retries) return undefined
    return this.options.random() * Math.min(500 * 2 ** (attempt - 1), 10_000)
  }

  async pause(ms: number, endpoint: string, error: unknown, signal: AbortSignal | undefined): Promise<void> {
    this.#retries++
    const code = error instanceof MuftaError ? error.code : 'UNKNOWN'
    const facts = { portal: this.auth.host(), endpoint, code, delayMs: Math.round(ms) }
    this.options.log.warn(facts, 'portal call failed and is repeated')
    if (ms > 0) await sleep(ms, signal)
  }

  /** One try. Renames and new tokens are followed, because the refused request was certainly not done. */
  async send(permit: Permit, request: PortalRequest): Promise<Envelope> {
    let place = permit
    let isRenewed = false
    let hops = 0
    for (;;) {
      try {
        const credentials = await this.auth.present(request.signal)
        const answer = await this.#post(place, credentials, request)
        if (answer.status >= 300 && answer.status < 400 && hops++ < MAX_HOPS) {
          this.#follow(answer, credentials, request)
        } else {
          const reading = readAnswer(answer)
          if (reading.kind === 'noise') throw this.#noAnswer(request, true, reading.what, answer.status)
          if (reading.kind === 'ok') return this.#accept(place, request, reading.envelope)
          const { failure } = reading
          if (failure.kind !== 'expired' || isRenewed) throw await this.#refuse(place, request, failure)
          isRenewed = true
          if ((await this.auth.renew(credentials, request.signal)) === null) {
            throw await this.#refuse(place, request, failure)
          }
        }
      } catch (error) {
        if (error instanceof AuthError) this.#remember(error)
        throw error
      } finally {
        place.release()
      }
      place = await this.limits.enter(this.options.timeouts.waitMs, request.signal)
    }
  }

  failureContext(request: Pick<PortalRequest, 'method' | 'kind'>): FailureContext {
    return {
      portal: this.auth.host(),
      endpoint: request.method,
      isWrite: request.kind === 'write',
      redactor: this.auth.redactor,
    }
  }

  async #post(place: Permit, credentials: Credentials, request: PortalRequest): Promise<TransportAnswer> {
    const { base, token } = credentials
    const body = JSON.stringify(token === undefined ? request.params : { ...request.params, auth: token })
    const startedAt = this.options.clock()
    this.#requests++
    try {
      const answer = await this.#origins.get(base.origin).send({
        method: 'POST',
        path: `${base.pathname}${request.method}`,
        headers: HEADERS,
        body,
        timeoutMs: this.options.timeouts.totalMs,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      })
      const ms = this.options.clock() - startedAt
      this.options.log.debug(
        { portal: base.host, endpoint: request.method, status: answer.status, ms },
        'portal call',
      )
      return answer
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      if (!error.isSent) place.giveBack()
      const isCancelled = request.signal?.aborted === true
      // A write that is under way may still be done: cancelling must not hide that.
      if (isCancelled && (!error.isSent || request.kind === 'read')) throw aborted()
      throw this.#noAnswer(request, error.isSent, `gave no whole answer (${error.reason})`)
    }
  }

  #accept(place: Permit, request: PortalRequest, envelope: Envelope): Envelope {
    this.limits.accepted(place)
    this.limits.learn(this.auth.account, request.method, envelope.time)
    this.health.answered()
    return envelope
  }

  async #refuse(place: Permit, request: PortalRequest, failure: PortalFailure): Promise<MuftaError> {
    const context = this.failureContext(request)
    if (failure.kind === 'rate') this.limits.rejected(place)
    else this.limits.accepted(place)
    if (failure.kind === 'operation') {
      return failureError(failure, { ...context, retryAfterMs: this.stopMethod(request.method) })
    }
    place.release()
    // In a batch the outer authorisation was good, so its commands never come here.
    if (failure.kind === 'denied' && (await this.#isBlocked(request.signal))) {
      return failureError({ ...failure, kind: 'auth' }, context)
    }
    // A refusal of one thing is an answer: the portal lives.
    if (failure.kind === 'permanent' || failure.kind === 'denied') this.health.answered()
    return failureError(failure, context)
  }

  stopMethod(method: string): number {
    return this.limits.stopMethod(this.auth.account, method)
  }

  /**
   * The same code means "no right to this" and "nothing works any more" (licence, dead webhook), and its text is
   * translated. A method that every user may call tells them apart.
   */
  async #isBlocked(signal: AbortSignal | undefined): Promise<boolean> {
    const place = await this.limits.enter(this.options.timeouts.waitMs, signal)
    try {
      const request: PortalRequest = { method: 'scope', params: {}, kind: 'read', signal }
      const answer = await this.#post(place, await this.auth.present(signal), request)
      const reading = readAnswer(answer)
      if (reading.kind === 'noise') return false
      return (
        reading.kind === 'refused' && (reading.failure.kind === 'denied' || reading.failure.kind === 'auth')
      )
    } catch (error) {
      if (error instanceof RetryableError) return false
      throw error
    } finally {
      place.release()
    }
  }

  /** The portal moved: the same request goes to the new address as a POST. A redirect elsewhere is no rename. */
  #follow(answer: TransportAnswer, credentials: Credentials, request: PortalRequest): void {
    const path = `${credentials.base.pathname}${request.method}`
    const target = URL.parse(answer.headers['location'] ?? '', credentials.base.href)
    if (target === null || target.origin === credentials.base.origin || !target.pathname.startsWith(path)) {
      throw this.#noAnswer(
        request,
        true,
        `redirected to something that is not its REST interface`,
        answer.status,
      )
    }
    const from = credentials.base.origin
    this.#origins.get(target.origin)
    this.auth.moveTo(target.origin)
    shareUnder(target.host, this.limits)
    this.options.log.warn({ from, to: target.origin }, 'portal was renamed; using its new address')
    this.options.onRename({ from, to: target.origin })
  }

  #remember(error: AuthError): void {
    // A missing scope stops one method, not the portal.
    if (error.code === 'PORTAL_SCOPE') return
    if (this.health.death === undefined) {
      this.options.log.error({ portal: this.auth.host(), code: error.code }, error.message)
    }
    this.health.died(error)
  }

  #noAnswer(request: PortalRequest, isSent: boolean, what: string, httpStatus?: number): MuftaError {
    return noAnswerError({
      ...this.failureContext(request),
      isSent,
      what,
      ...(httpStatus === undefined ? {} : { httpStatus }),
    })
  }
}

const MAX_HOPS = 3

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json',
  'user-agent': 'mufta/0.1.0',
} as const

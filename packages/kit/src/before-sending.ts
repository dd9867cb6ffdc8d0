import { factsOf, type CallFacts } from './api-failure.ts'
import type { Deadline } from './deadline.ts'
import { AbortedError, RetryableError } from './errors.ts'

/**
 * A wait while nothing is under way (credentials, rate budget, pause): when the deadline or the caller cuts it, it is
 * known that the other side did nothing.
 * @throws AbortedError `ABORTED`, RetryableError `CLIENT_TIMEOUT`
 */
export async function beforeSending<T>(
  deadline: Deadline,
  call: CallFacts,
  wait: () => T | Promise<T>,
): Promise<Awaited<T>> {
  try {
    return await wait()
  } catch (error) {
    if (!deadline.signal.aborted) throw error
    const what = `${call.system}, ${call.method} ${call.endpoint}`
    const options = { facts: factsOf(call) }
    if (deadline.isCallerAborted) throw new AbortedError('ABORTED', `${what}: stopped by the caller`, options)
    throw new RetryableError('CLIENT_TIMEOUT', `${what}: not sent within the total time limit`, options)
  }
}

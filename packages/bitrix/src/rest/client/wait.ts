import { AbortedError } from '@mufta/kit'

/** Rejects with AbortedError and leaves no timer when the signal fires. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(aborted())
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(aborted())
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Waits for a promise that is shared with others: an abort ends this wait only. */
export function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted())
    const onAbort = (): void => reject(aborted())
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted()
}

export function aborted(): AbortedError {
  return new AbortedError('ABORTED', 'The call to the portal was cancelled before it was sent')
}

/** Wakes everyone who waits. A call between two waits is not lost: look at the state, then wait. */
export class Bell {
  #next = Promise.withResolvers<void>()

  wait(signal?: AbortSignal): Promise<void> {
    return untilAborted(this.#next.promise, signal)
  }

  ring(): void {
    this.#next.resolve()
    this.#next = Promise.withResolvers<void>()
  }
}

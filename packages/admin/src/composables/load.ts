import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { isAbort } from '../api/errors.ts'

export interface Load<T> {
  readonly value: ShallowRef<T | null>
  readonly error: ShallowRef<unknown>
  readonly isBusy: ShallowRef<boolean>
  /** Runs again; the answer of an earlier run is dropped. The old value stays until the new one is there. */
  readonly reload: () => Promise<void>
}

/** Something read from the API. Aborted when the component goes. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, options = { now: true }): Load<T> {
  const value = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const isBusy = shallowRef(false)
  let running: AbortController | null = null
  onScopeDispose(() => running?.abort())

  async function reload(): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    isBusy.value = true
    try {
      const fresh = await read(mine.signal)
      if (running !== mine) return
      value.value = fresh
      error.value = null
    } catch (failure) {
      if (running === mine && !isAbort(failure)) error.value = failure
    } finally {
      if (running === mine) isBusy.value = false
    }
  }

  if (options.now) void reload()
  return { value, error, isBusy, reload }
}

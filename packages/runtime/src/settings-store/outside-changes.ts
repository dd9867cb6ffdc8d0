import type { ConnectorLog } from '@mufta/kit'
import { failureOf } from '../errors.ts'
import type { Store } from '../store/store.ts'

export interface OutsideChangesOptions {
  readonly store: Store
  readonly log: ConnectorLog
  /** Opens the connection anew with what the store holds now. */
  readonly reopen: (name: string) => Promise<void>
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** @default 2_000 */
  readonly everyMs?: number
}

/** Key of a store's value that a tool writes when it changed a connection beside the running runtime. */
export function changedKey(connection: string): string {
  return `settings/changed/${connection}`
}

/** Opens connections anew that the command line changed beside this runtime. */
export function watchOutsideChanges({
  store,
  log,
  reopen,
  signal,
  everyMs = 2_000,
}: OutsideChangesOptions): void {
  const seen = new Map<string, string | null>()
  let isLooking = false
  const look = async (isFirst = false): Promise<void> => {
    if (isLooking) return
    isLooking = true
    try {
      for (const { name } of await store.admin.connections()) {
        const present = store.value(changedKey(name))
        // A connection made since the start was opened with what the store holds.
        const before = seen.get(name) ?? null
        seen.set(name, present)
        if (!isFirst && present !== before) await reopen(name)
      }
    } catch (error) {
      log.warn({ code: failureOf(error).code }, 'Could not look for changes of the command line')
    } finally {
      isLooking = false
    }
  }
  void look(true)
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

import { computed, onScopeDispose, shallowRef } from 'vue'
import { isAbort } from '../api/errors.ts'

export interface PageOf<Row> {
  readonly rows: readonly Row[]
  /** Where the next page begins; null = this was the last. */
  readonly next: string | number | null
  readonly total?: number
}

/** Empty pages read on in a row. */
const mostEmpty = 50

/** A long list read page by page as the user scrolls. */
export function usePages<Row>(
  read: (at: string | number | null, signal: AbortSignal) => Promise<PageOf<Row>>,
) {
  const rows = shallowRef<readonly Row[]>([])
  const next = shallowRef<string | number | null>(null)
  const total = shallowRef<number | undefined>(undefined)
  const error = shallowRef<unknown>(null)
  const isBusy = shallowRef(false)
  const wasRead = shallowRef(false)
  let running: AbortController | null = null
  onScopeDispose(() => running?.abort())

  async function run(at: string | number | null): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    isBusy.value = true
    try {
      const page = await readOn(at, mine.signal)
      if (running !== mine) return
      rows.value = at === null ? page.rows : [...rows.value, ...page.rows]
      next.value = page.next
      total.value = page.total ?? total.value
      wasRead.value = true
      error.value = null
    } catch (failure) {
      if (running === mine && !isAbort(failure)) error.value = failure
    } finally {
      if (running === mine) isBusy.value = false
    }
  }

  /** A server that looked long enough may answer with no row and a place to go on from. */
  async function readOn(at: string | number | null, signal: AbortSignal): Promise<PageOf<Row>> {
    let page = await read(at, signal)
    for (let round = 0; round < mostEmpty && page.rows.length === 0 && page.next !== null; round += 1) {
      page = await read(page.next, signal)
    }
    return page
  }

  return {
    rows,
    total,
    error,
    isBusy,
    wasRead,
    hasMore: computed(() => next.value !== null),
    restart: () => run(null),
    more: async () => {
      if (!isBusy.value && next.value !== null) await run(next.value)
    },
  }
}

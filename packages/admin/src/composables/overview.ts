import { shallowRef } from 'vue'
import { api } from '../api/client.ts'
import { isAbort } from '../api/errors.ts'
import type { Overview } from '../api/types/overview.ts'
import { onStream } from './stream.ts'

/** The present state of all connections, shared by the screens and kept fresh by the stream. */
export const overview = shallowRef<Overview | null>(null)
export const overviewError = shallowRef<unknown>(null)

export async function loadOverview(signal?: AbortSignal): Promise<void> {
  try {
    overview.value = await api.overview(signal === undefined ? {} : { signal })
    overviewError.value = null
  } catch (error) {
    if (!isAbort(error)) overviewError.value = error
  }
}

/** Called once by the shell. */
export function followOverview(): void {
  onStream('overview', (fresh) => {
    overview.value = fresh
    overviewError.value = null
  })
}

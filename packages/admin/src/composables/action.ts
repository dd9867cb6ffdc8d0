import { ref, shallowRef } from 'vue'
import { isAbort } from '../api/errors.ts'

/** A write the user asked for: one at a time, its error kept for the page to show. Resolves to whether it worked. */
export function useAction<Args extends readonly unknown[]>(act: (...args: Args) => Promise<void>) {
  const isBusy = ref(false)
  const error = shallowRef<unknown>(null)

  async function run(...args: Args): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    error.value = null
    try {
      await act(...args)
      return true
    } catch (failure) {
      if (!isAbort(failure)) error.value = failure
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, error, run }
}

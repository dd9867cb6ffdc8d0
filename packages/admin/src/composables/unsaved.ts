import { onScopeDispose, type Ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { t } from '../i18n/index.ts'
import { confirm } from './confirm.ts'

/** Who holds edits now. */
const holders = new Set<Readonly<Ref<boolean>>>()

/**
 * Asks before the page is left while there are unsaved changes: by a link, the back button, signing out or closing the
 * tab. `isInside` names the paths that share the edits.
 */
export function useUnsavedGuard(
  isDirty: Readonly<Ref<boolean>>,
  isInside: (path: string) => boolean = () => false,
): void {
  const guard = async (to: { readonly path: string }) =>
    !isDirty.value || isInside(to.path) || (await isSure())
  holders.add(isDirty)
  onBeforeRouteLeave(guard)
  onBeforeRouteUpdate(guard)

  const beforeUnload = (event: BeforeUnloadEvent) => {
    if (isDirty.value) event.preventDefault()
  }
  addEventListener('beforeunload', beforeUnload)
  onScopeDispose(() => {
    holders.delete(isDirty)
    removeEventListener('beforeunload', beforeUnload)
  })
}

/** For what takes the whole screen away without another address. */
export async function mayLoseEdits(): Promise<boolean> {
  return [...holders].every((isDirty) => !isDirty.value) || (await isSure())
}

function isSure(): Promise<boolean> {
  return confirm({
    title: t('unsaved.leave'),
    text: t('unsaved.leaveText'),
    yes: t('unsaved.leaveDo'),
    no: t('unsaved.stay'),
    isDangerous: true,
  })
}

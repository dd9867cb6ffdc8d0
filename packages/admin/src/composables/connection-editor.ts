import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { api } from '../api/client.ts'
import { ApiError } from '../api/errors.ts'
import type { CheckBody, ConnectionDetail } from '../api/types/connections.ts'
import {
  connectionChange,
  connectionDraft,
  connectionTrial,
  countProblems,
  rebaseConnection,
  sameConnection,
  type ConnectionDraft,
} from '../form/connection-draft.ts'
import { useAction } from './action.ts'
import { useLoad } from './load.ts'

export type ConnectionEditor = ReturnType<typeof useConnectionEditor>

/** One connection's settings while they are edited on any tab: what is stored, what was typed, save and discard. */
export function useConnectionEditor(name: string) {
  const detail = shallowRef<ConnectionDetail | null>(null)
  const drafts: Ref<ConnectionDraft | null> = ref(null)
  const wasTried = ref(false)
  const load = useLoad((signal) => api.connection(name, { signal }))

  watch(load.value, (fresh) => {
    if (fresh === null) return
    const base = detail.value
    const edited = drafts.value
    drafts.value =
      base === null || edited === null
        ? connectionDraft(fresh)
        : rebaseConnection(edited, connectionDraft(base), connectionDraft(fresh))
    detail.value = fresh
  })

  const isDirty = computed(() => {
    if (detail.value === null || drafts.value === null) return false
    return !sameConnection(drafts.value, connectionDraft(detail.value))
  })

  const problems = computed(() =>
    detail.value && drafts.value ? countProblems(detail.value, drafts.value) : 0,
  )

  const saving = useAction(async () => {
    if (detail.value === null || drafts.value === null) return
    await api.saveConnection(name, connectionChange(detail.value, drafts.value))
    wasTried.value = false
    await refresh()
  })

  async function save(): Promise<boolean> {
    wasTried.value = true
    return problems.value === 0 && (await saving.run())
  }

  function discard(): void {
    if (detail.value !== null) drafts.value = connectionDraft(detail.value)
    saving.error.value = null
    wasTried.value = false
  }

  /** After a conflict: the new version underneath, the edits kept on top. */
  async function rebase(): Promise<void> {
    await load.reload()
    saving.error.value = null
  }

  /** Reads what is stored again and drops the edits. */
  async function refresh(): Promise<void> {
    drafts.value = null
    await load.reload()
  }

  function checkBody(): CheckBody {
    return detail.value === null || drafts.value === null
      ? { name }
      : connectionTrial(detail.value, drafts.value)
  }

  return {
    name,
    detail,
    drafts,
    isDirty,
    problems,
    wasTried,
    loadError: load.error,
    reload: load.reload,
    saveError: saving.error,
    isSaving: saving.isBusy,
    isConflict: computed(() => isCode(saving.error.value, 'CONNECTION_CHANGED')),
    save,
    discard,
    rebase,
    refresh,
    checkBody,
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}

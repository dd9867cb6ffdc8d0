import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { api } from '../api/client.ts'
import { ApiError } from '../api/errors.ts'
import type { CheckBody, ConnectionChange, ConnectionDetail, Mode, SettingField } from '../api/types.ts'
import { problemOf, sameDraft, toDraft, toTree, type Draft } from '../form/draft.ts'
import { kindOf, roadOf, siteFields, type Road } from '../form/site-fields.ts'
import { isSecretMark, valueAt, withoutSecrets } from '../form/tree.ts'
import { useAction } from './action.ts'
import { useLoad } from './load.ts'

interface Drafts {
  mode: Mode
  road: Road
  site: Draft
  settings: Draft
  poll: string
  sweep: string
  hosts: string
}

export type ConnectionEditor = ReturnType<typeof useConnectionEditor>

/** One connection's settings while they are edited on any tab: what is stored, what was typed, save and discard. */
export function useConnectionEditor(name: string) {
  const detail = shallowRef<ConnectionDetail | null>(null)
  const drafts: Ref<Drafts | null> = ref(null)
  const wasTried = ref(false)
  const load = useLoad((signal) => api.connection(name, { signal }))

  watch(load.value, (fresh) => {
    if (fresh === null) return
    detail.value = fresh
    drafts.value ??= draftsOf(fresh)
  })

  const isDirty = computed(() => {
    if (detail.value === null || drafts.value === null) return false
    return !sameDrafts(drafts.value, draftsOf(detail.value))
  })

  const problems = computed(() =>
    detail.value && drafts.value ? countProblems(detail.value, drafts.value) : 0,
  )

  const saving = useAction(async () => {
    const [stored, typed] = [detail.value, drafts.value]
    if (stored === null || typed === null) return
    await api.saveConnection(name, changeOf(stored, typed))
    for (const { path, value } of newSecrets(stored, typed)) await api.setSecret(name, path, value)
    const fresh = await api.connection(name)
    detail.value = fresh
    drafts.value = draftsOf(fresh)
    wasTried.value = false
  })

  async function save(): Promise<boolean> {
    wasTried.value = true
    return problems.value === 0 && (await saving.run())
  }

  function discard(): void {
    if (detail.value !== null) drafts.value = draftsOf(detail.value)
    saving.error.value = null
    wasTried.value = false
  }

  /** After a conflict: the new version underneath, the edits kept on top. */
  async function rebase(): Promise<void> {
    await load.reload()
    saving.error.value = null
  }

  /** Reads the stored settings again and drops the edits (after a restore). */
  async function refresh(): Promise<void> {
    drafts.value = null
    await load.reload()
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
    isConflict: computed(() => saving.error.value instanceof ApiError && saving.error.value.status === 409),
    save,
    discard,
    rebase,
    refresh,
    checkBody: () => checkBody(name, detail.value, drafts.value),
  }
}

function draftsOf(detail: ConnectionDetail): Drafts {
  const road = roadOf(detail.site)
  return {
    mode: detail.mode,
    road,
    site: toDraft(siteFields(road), detail.site),
    settings: toDraft(detail.fields, detail.settings),
    poll: numberText(detail.schedule.pollSeconds),
    sweep: numberText(detail.schedule.sweepSeconds),
    hosts: detail.security.allowHosts.join('\n'),
  }
}

function sameDrafts(a: Drafts, b: Drafts): boolean {
  const isSamePlain = a.mode === b.mode && a.road === b.road && a.poll === b.poll && a.sweep === b.sweep
  return isSamePlain && a.hosts === b.hosts && sameDraft(a.site, b.site) && sameDraft(a.settings, b.settings)
}

function countProblems(detail: ConnectionDetail, drafts: Drafts): number {
  const bad = (fields: readonly SettingField[], draft: Draft, stored: ConnectionDetail['settings']) =>
    fields.filter((field) => problemOf(field, draft[field.path], isSecretMark(valueAt(stored, field.path))))
      .length
  const hosts = parseHosts(drafts.hosts).filter((host) => !isHost(host)).length
  const times = [drafts.poll, drafts.sweep].filter((text) => text !== '' && !(Number(text) >= 1)).length
  return (
    bad(siteFields(drafts.road), drafts.site, detail.site) +
    bad(detail.fields, drafts.settings, detail.settings) +
    hosts +
    times
  )
}

function changeOf(detail: ConnectionDetail, drafts: Drafts): ConnectionChange {
  const poll = Number(drafts.poll)
  const sweep = Number(drafts.sweep)
  return {
    version: detail.version,
    mode: drafts.mode,
    site: siteTree(detail, withoutSecretTexts(siteFields(drafts.road), drafts.site), drafts.road),
    settings: settingsTree(detail, withoutSecretTexts(detail.fields, drafts.settings)),
    schedule: { ...(poll > 0 ? { pollSeconds: poll } : {}), ...(sweep > 0 ? { sweepSeconds: sweep } : {}) },
    security: { allowHosts: parseHosts(drafts.hosts) },
  }
}

/** The check tries what is typed, secrets included; those that are only stored are found by the name. */
function checkBody(name: string, detail: ConnectionDetail | null, drafts: Drafts | null): CheckBody {
  if (detail === null || drafts === null) return { name }
  return {
    name,
    connector: detail.connector,
    mode: drafts.mode,
    site: siteTree(detail, drafts.site, drafts.road),
    settings: settingsTree(detail, drafts.settings),
    security: { allowHosts: parseHosts(drafts.hosts) },
  }
}

function siteTree(detail: ConnectionDetail, draft: Draft, road: Road) {
  const base = road === roadOf(detail.site) ? withoutSecrets(detail.site) : {}
  return { ...toTree(siteFields(road), draft, base), kind: kindOf(road) }
}

function settingsTree(detail: ConnectionDetail, draft: Draft) {
  return toTree(detail.fields, draft, withoutSecrets(detail.settings))
}

function withoutSecretTexts(fields: readonly SettingField[], draft: Draft): Draft {
  const secret = new Set(fields.filter(({ kind }) => kind === 'secret').map(({ path }) => path))
  return Object.fromEntries(Object.entries(draft).filter(([path]) => !secret.has(path)))
}

function newSecrets(detail: ConnectionDetail, drafts: Drafts): readonly { path: string; value: string }[] {
  const typed = (fields: readonly SettingField[], draft: Draft, prefix: string) =>
    fields.flatMap(({ kind, path }) => {
      const value = draft[path]
      return kind === 'secret' && typeof value === 'string' && value.trim() !== ''
        ? [{ path: `${prefix}.${path}`, value: value.trim() }]
        : []
    })
  return [
    ...typed(siteFields(drafts.road), drafts.site, 'site'),
    ...typed(detail.fields, drafts.settings, 'settings'),
  ]
}

export function parseHosts(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** host, host:port or host:*; IPv6 in brackets. */
export function isHost(text: string): boolean {
  return /^(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:(\d{1,5}|\*))?$/i.test(text)
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value)
}

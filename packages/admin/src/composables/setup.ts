import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { api } from '../api/client.ts'
import type { Mode } from '../api/types/basics.ts'
import type { CheckResult, ConnectorInfo, SettingField } from '../api/types/connections.ts'
import { problemOf, toDraft, toTree, type Draft } from '../form/draft.ts'
import { kindOf, siteFields, type Road } from '../form/site-fields.ts'
import { useAction } from './action.ts'
import { isHost, parseHosts } from '../form/hosts.ts'
import { useLoad } from './load.ts'

export type SetupStep = 'site' | 'siteCheck' | 'connector' | 'check' | 'pair' | 'map' | 'go'

/** A site that pairs can be checked only after it was paired, and that needs the connection's name. */
const stepsOf = (road: Road): readonly SetupStep[] =>
  road === 'bridge'
    ? ['site', 'connector', 'check', 'pair', 'map', 'go']
    : ['site', 'siteCheck', 'connector', 'check', 'map', 'go']

export type Setup = ReturnType<typeof useSetup>

interface SetupDraft {
  name: string
  road: Exclude<Road, 'other'>
  site: Draft
  hosts: string
  connector: string
  mode: Mode
  settings: Draft
}

/** The way from an empty installation to a working connection. Nothing is stored before what can be checked was. */
export function useSetup() {
  const step = ref<SetupStep>('site')
  const wasTried = ref(false)
  const savedName = ref<string | null>(null)
  const siteResult = shallowRef<CheckResult | null>(null)
  const isPaired = ref(false)
  const draft = reactive<SetupDraft>({
    name: 'shop-crm',
    road: 'rest',
    site: toDraft(siteFields('rest'), {}),
    hosts: '',
    connector: '',
    mode: 'production',
    settings: {},
  })
  const connectors = useLoad((signal) => api.connectors({ signal }))

  const connector = computed<ConnectorInfo | null>(
    () => connectors.value.value?.find(({ name }) => name === draft.connector) ?? null,
  )
  /** Mappings wait until both dictionaries can be read. */
  const settingFields = computed(() =>
    (connector.value?.fields ?? []).filter(({ kind }) => kind !== 'mapping'),
  )

  watch(connectors.value, (list) => {
    const only = list?.length === 1 ? list[0] : undefined
    if (only !== undefined) draft.connector = only.name
  })
  watch(connector, (chosen) => {
    if (chosen !== null) draft.settings = { ...toDraft(chosen.fields, {}), ...draft.settings }
  })
  // Another address is another shop: what was checked no longer counts.
  watch([() => draft.site, () => draft.road, () => draft.hosts], () => {
    siteResult.value = null
  })

  const steps = computed(() => stepsOf(draft.road))
  const after = (present: SetupStep): SetupStep => steps.value[steps.value.indexOf(present) + 1] ?? 'go'

  const isNameGood = computed(() => /^[A-Za-z0-9_-]{1,40}$/.test(draft.name))

  const isStepGood = computed(() => {
    switch (step.value) {
      case 'site':
        return isFilled(siteFields(draft.road), draft.site) && parseHosts(draft.hosts).every(isHost)
      case 'siteCheck':
        return siteResult.value?.ok === true
      case 'connector':
        return isNameGood.value && connector.value !== null && isFilled(settingFields.value, draft.settings)
      case 'pair':
        return isPaired.value
      case 'check':
      case 'map':
      case 'go':
        return true
    }
  })

  const security = () => ({ allowHosts: parseHosts(draft.hosts) })
  const site = () => ({ ...toTree(siteFields(draft.road), draft.site, {}), kind: kindOf(draft.road) })
  const settings = () => toTree(settingFields.value, draft.settings, {})

  async function checkSite(): Promise<CheckResult> {
    siteResult.value = await api.check({ site: site(), mode: draft.mode, security: security() })
    return siteResult.value
  }

  /** Both sides; of a site that is not paired yet, the other side alone. */
  const checkBoth = () =>
    api.check({
      ...(draft.road === 'bridge' ? {} : { site: site() }),
      connector: draft.connector,
      settings: settings(),
      mode: draft.mode,
      security: security(),
    })

  const saving = useAction(async () => {
    await api.addConnection({
      name: draft.name,
      connector: draft.connector,
      mode: draft.mode,
      site: site(),
      settings: settings(),
      security: security(),
    })
    savedName.value = draft.name
    step.value = after('check')
  })

  function next(): void {
    wasTried.value = true
    if (!isStepGood.value) return
    wasTried.value = false
    step.value = after(step.value)
  }

  function back(): void {
    wasTried.value = false
    step.value = steps.value[steps.value.indexOf(step.value) - 1] ?? 'site'
  }

  const isDirty = computed(
    () =>
      savedName.value === null &&
      Object.values(draft.site).some((value) => typeof value === 'string' && value !== ''),
  )

  return {
    step,
    steps,
    isPaired,
    draft,
    connectors,
    connector,
    settingFields,
    isNameGood,
    wasTried,
    savedName,
    siteResult,
    checkSite,
    checkBoth,
    saving,
    next,
    back,
    isDirty,
  }
}

function isFilled(fields: readonly SettingField[], draft: Draft): boolean {
  return fields.every((field) => problemOf(field, draft[field.path]) === null)
}

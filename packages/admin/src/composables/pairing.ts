import { computed, shallowRef, watch } from 'vue'
import { api } from '../api/client.ts'
import type { PairedSite, PairingCode } from '../api/types/pairing.ts'
import { useAction } from './action.ts'
import { useLoad } from './load.ts'
import { notify } from './notify.ts'
import { usePoll } from './poll.ts'
import { t } from '../i18n/index.ts'

const lookMs = 2_000

/** The one-time code of a connection, and the site that used it. `onPaired` hears of the present and of each new one. */
export function usePairing(name: string, onPaired: (site: PairedSite) => void = () => undefined) {
  const invitation = shallowRef<PairingCode | null>(null)
  const isOver = shallowRef(false)
  const { value, error, reload } = useLoad((signal) => api.pairing(name, { signal }))
  const paired = computed(() => value.value?.paired ?? null)

  watch(paired, (site, before) => {
    if (site !== null && site.at !== before?.at) onPaired(site)
  })

  const poll = usePoll(async () => {
    const before = paired.value?.at
    await reload()
    if (paired.value !== null && paired.value.at !== before) {
      invitation.value = null
      notify(t('pairing.done', { site: paired.value.site }))
      return false
    }
    isOver.value = Date.now() >= (invitation.value?.until ?? 0)
    return !isOver.value
  }, lookMs)

  const making = useAction(async () => {
    invitation.value = await api.startPairing(name)
    isOver.value = false
    void poll.start()
  })

  return { invitation, isOver, paired, isKnown: computed(() => value.value !== null), error, reload, making }
}

import CompleteTaskListIcon from '@bitrix24/b24icons-vue/outline/CompleteTaskListIcon'
import AlertIcon from '@bitrix24/b24icons-vue/outline/AlertIcon'
import ChangeOrderIcon from '@bitrix24/b24icons-vue/outline/ChangeOrderIcon'
import HomeIcon from '@bitrix24/b24icons-vue/outline/HomeIcon'
import LinkIcon from '@bitrix24/b24icons-vue/outline/LinkIcon'
import PlayLIcon from '@bitrix24/b24icons-vue/outline/PlayLIcon'
import ShoppingCartIcon from '@bitrix24/b24icons-vue/outline/ShoppingCartIcon'
import ThreePersonsIcon from '@bitrix24/b24icons-vue/outline/ThreePersonsIcon'
import TimelineIcon from '@bitrix24/b24icons-vue/outline/TimelineIcon'
import { computed, type ComputedRef, type FunctionalComponent } from 'vue'
import { overview } from './composables/overview.ts'
import { may } from './composables/session.ts'
import { t } from './i18n/index.ts'

export interface NavigationEntry {
  readonly label: string
  readonly to: string
  readonly icon: FunctionalComponent
  /** Lit on this very address only. */
  readonly exact?: boolean
  readonly badge?: string
}

/** The main menu of the present user, with the count of problems beside its entry. */
export function useNavigation(): ComputedRef<readonly NavigationEntry[]> {
  return computed(() => {
    const connections = overview.value?.connections ?? []
    const problems = connections.reduce((sum, { counts }) => sum + counts.parked + counts.dead, 0)
    const entries = [
      { label: t('nav.overview'), to: '/', icon: HomeIcon, exact: true },
      { label: t('nav.connections'), to: '/connections', icon: LinkIcon },
      { label: t('nav.orders'), to: '/orders', icon: ShoppingCartIcon },
      { label: t('nav.problems'), to: '/problems', icon: AlertIcon, ...badge(problems) },
      { label: t('nav.plan'), to: '/plan', icon: CompleteTaskListIcon },
      { label: t('nav.lab'), to: '/lab', icon: ChangeOrderIcon },
      { label: t('nav.journal'), to: '/journal', icon: TimelineIcon },
    ]
    if (!may('admin')) return entries
    return [
      ...entries,
      { label: t('nav.access'), to: '/access', icon: ThreePersonsIcon },
      { label: t('nav.start'), to: '/start', icon: PlayLIcon },
    ]
  })
}

function badge(count: number): { badge?: string } {
  return count === 0 ? {} : { badge: count > 999 ? '999+' : String(count) }
}

import { statusMap, type StatusMap } from '@mufta/kit'
import type { AcmeSettings } from './settings.ts'

/** Shop status ↔ Acme status, from the settings. An unmapped status parks the order until it is added. */
export function orderStatuses(settings: AcmeSettings): StatusMap {
  return statusMap<string, string>({ name: 'statuses', table: settings.statuses })
}

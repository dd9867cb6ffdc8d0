import type { ShopEvent } from '@mufta/kit'

/** A row of the outbox or of a push as the runtime's event; null = nothing that a flow needs. */
export function shopEvent(row: {
  readonly entity: string
  readonly id: string
  readonly reason: string
  readonly deleted: boolean
}): ShopEvent | null {
  if (row.entity !== 'order' || !/^[1-9]\d{0,18}$/.test(row.id)) return null
  // The outbox keeps no flag: the event's name tells.
  const isDeleted = row.deleted || /OrderDelete/i.test(row.reason)
  const reason = row.reason.replace(/[^A-Za-z0-9_.:-]/g, '?').slice(0, 80)
  return { entity: 'order', id: row.id, reason, ...(isDeleted ? { deleted: true } : {}) }
}

import { ParkError } from '@mufta/kit'

/** The record that an order is bound to was deleted: a person decides, since creating it again may be a mistake. */
export function externalMissing(id: string, externalId: string): ParkError {
  return new ParkError(
    'EXTERNAL_MISSING',
    `Order ${id} is bound to record ${externalId}, which no longer exists there: restore it, or unbind the order to create it anew`,
    { facts: { entity: 'order', id, externalId } },
  )
}

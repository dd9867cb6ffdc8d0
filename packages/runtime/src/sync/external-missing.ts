import { ParkError } from '@mufta/kit'

/** The record that an order is bound to was deleted: a person decides, since creating it again may be a mistake. */
export function externalMissing(id: string, externalId: string): ParkError {
  return new ParkError(
    'EXTERNAL_MISSING',
    {
      en: `Order ${id} is bound to record ${externalId}, which no longer exists there: restore it, or unbind the order to create it anew`,
      ru: `Заказ ${id} связан с записью ${externalId}, которой там больше нет: восстановите её или отвяжите заказ, чтобы создать заново`,
    },
    { facts: { entity: 'order', id, externalId } },
  )
}

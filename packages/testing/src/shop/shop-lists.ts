import {
  DELIVERIES,
  PAY_SYSTEMS,
  PERSON_TYPES,
  PROPERTIES,
  STATUSES,
  STORES,
} from '../portal/dictionaries.ts'

/** The lists of a simulated portal's shop: a site that is to hold the same orders needs the same. */
export const shopLists = {
  statuses: STATUSES,
  personTypes: PERSON_TYPES,
  properties: PROPERTIES,
  paySystems: PAY_SYSTEMS,
  deliveries: DELIVERIES,
  stores: STORES,
} as const

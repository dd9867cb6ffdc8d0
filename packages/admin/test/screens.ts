/** Every screen with its address, over the sample data. */
export const screens = {
  overview: '/',
  connections: '/connections',
  connection: '/connections/shop-crm',
  mappings: '/connections/shop-crm/mappings',
  fields: '/connections/shop-crm/fields',
  schedule: '/connections/shop-crm/schedule',
  security: '/connections/shop-crm/security',
  versions: '/connections/shop-crm/versions',
  'connection-test': '/connections/outlet-test',
  orders: '/orders',
  order: '/orders/shop-crm/5012',
  problems: '/problems',
  plan: '/plan?connection=shop-crm',
  lab: '/lab?connection=shop-crm&id=5012',
  journal: '/journal',
  access: '/access',
  start: '/start',
} as const
export type ScreenName = keyof typeof screens

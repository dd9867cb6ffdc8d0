import type { FieldRule, SettingField } from '../../src/api/types/connections.ts'

/** Every kind of setting a connector can ask for, as RetailCRM's and a made-up one's schemas describe them. */
export const retailFields: readonly SettingField[] = [
  {
    path: 'url',
    kind: 'url',
    title: {
      en: 'Account address, e.g. https://demo.retailcrm.ru',
      ru: 'Адрес аккаунта, например https://demo.retailcrm.ru',
    },
    required: true,
  },
  { path: 'apiKey', kind: 'secret', title: { en: 'API key', ru: 'Ключ API' }, required: true },
  {
    path: 'site',
    kind: 'text',
    title: { en: 'Shop code in RetailCRM', ru: 'Символьный код магазина в RetailCRM' },
    required: false,
  },
  {
    path: 'sites',
    kind: 'mapping',
    title: {
      en: 'Sites of the shop → shops in RetailCRM (empty = all orders go to "site")',
      ru: 'Сайты → магазины RetailCRM (пусто = все заказы идут в «site»)',
    },
    required: false,
    default: {},
    dictionary: { shop: 'sites', external: 'sites' },
  },
  {
    path: 'statuses',
    kind: 'mapping',
    title: { en: 'Order statuses: shop → CRM', ru: 'Статусы заказа: магазин → CRM' },
    required: false,
    default: {},
    dictionary: { shop: 'statuses', external: 'statuses' },
  },
  {
    path: 'statusOwner',
    kind: 'choice',
    title: {
      en: 'Whose status wins when both sides changed it',
      ru: 'Чей статус главнее, если изменили обе стороны',
    },
    required: false,
    default: 'external',
    choices: ['shop', 'external'],
  },
  {
    path: 'cancelStatuses',
    kind: 'list',
    title: { en: 'CRM statuses that cancel the order', ru: 'Статусы CRM, которые отменяют заказ' },
    required: false,
    default: ['cancel-other', 'no-call'],
  },
  {
    path: 'paymentTypes',
    kind: 'mapping',
    title: { en: 'Payment systems: shop → CRM', ru: 'Платёжные системы: магазин → CRM' },
    required: false,
    default: {},
    dictionary: { shop: 'paymentTypes', external: 'paymentTypes' },
  },
  {
    path: 'deliveryTypes',
    kind: 'mapping',
    title: { en: 'Deliveries: shop → CRM', ru: 'Службы доставки: магазин → CRM' },
    required: false,
    default: {},
    dictionary: { shop: 'deliveryTypes', external: 'deliveryTypes' },
  },
  {
    path: 'stores',
    kind: 'mapping',
    title: {
      en: 'Stores: shop → CRM (empty = orders go without a store)',
      ru: 'Склады: магазин → CRM (пусто = заказы идут без склада)',
    },
    required: false,
    default: {},
    dictionary: { shop: 'stores', external: 'stores' },
  },
  {
    path: 'personTypes',
    kind: 'json',
    title: { en: 'Person types of the shop', ru: 'Типы плательщиков магазина' },
    required: false,
    default: {},
  },
  {
    path: 'sendComments',
    kind: 'boolean',
    title: { en: 'Send the manager’s comment', ru: 'Передавать комментарий менеджера' },
    required: false,
    default: true,
  },
  {
    path: 'pollSeconds',
    kind: 'number',
    title: { en: 'Ask for changes every, seconds', ru: 'Опрос изменений, секунд' },
    hint: { en: 'A short pause costs requests.', ru: 'Частый опрос тратит запросы.' },
    required: false,
    default: 30,
  },
]

export const fieldRules: readonly FieldRule[] = [
  { field: 'externalId', shop: 'id', direction: 'create-only', owner: 'shop' },
  { field: 'status', shop: null, direction: 'both', owner: 'external' },
  { field: 'managerComment', shop: 'managerComment', direction: 'both', owner: 'external' },
  { field: 'customerComment', shop: 'customerComment', direction: 'out', owner: 'shop' },
  { field: 'delivery.cost', shop: null, direction: 'out', owner: 'shop' },
  { field: 'delivery.data.trackNumber', shop: null, direction: 'in', owner: 'external' },
  { field: 'items[].quantity', shop: 'items[].quantity', direction: 'out', owner: 'shop' },
  { field: 'totalSumm', shop: null, direction: 'check', owner: 'shop' },
]

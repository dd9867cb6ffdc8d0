import type { MappingSubject } from './check-mapping.ts'

export const SITES: MappingSubject = {
  setting: 'sites',
  code: 'RETAILCRM_SITES',
  unmapped: ({ code, name }) => ({
    en: `Site "${code}" (${name}) is not mapped: its orders will wait`,
    ru: `Сайт «${code}» (${name}) не сопоставлен: его заказы будут ждать`,
  }),
  allMapped: {
    en: 'Every site is mapped to an active shop of RetailCRM',
    ru: 'Каждый сайт сопоставлен с действующим магазином RetailCRM',
  },
}

export const STATUSES: MappingSubject = {
  setting: 'statuses',
  code: 'RETAILCRM_STATUS',
  unmapped: ({ code, name }) => ({
    en: `Shop order status "${code}" (${name}) is not mapped: orders with it will wait`,
    ru: `Статус заказа «${code}» (${name}) не сопоставлен: заказы с ним будут ждать`,
  }),
  allMapped: {
    en: 'Every order status is mapped to an active CRM code',
    ru: 'Каждый статус заказа сопоставлен с действующим кодом CRM',
  },
}

export const PAYMENT_TYPES: MappingSubject = {
  setting: 'paymentTypes',
  code: 'RETAILCRM_PAYMENT_TYPE',
  unmapped: ({ code, name }) => ({
    en: `Shop payment system "${code}" (${name}) is not mapped: orders with it will wait`,
    ru: `Платёжная система «${code}» (${name}) не сопоставлена: заказы с ней будут ждать`,
  }),
  allMapped: {
    en: 'Every payment system is mapped to an active CRM code',
    ru: 'Каждая платёжная система сопоставлена с действующим кодом CRM',
  },
}

export const DELIVERY_TYPES: MappingSubject = {
  setting: 'deliveryTypes',
  code: 'RETAILCRM_DELIVERY_TYPE',
  unmapped: ({ code, name }) => ({
    en: `Shop delivery "${code}" (${name}) is not mapped: orders with it will wait`,
    ru: `Служба доставки «${code}» (${name}) не сопоставлена: заказы с ней будут ждать`,
  }),
  allMapped: {
    en: 'Every delivery is mapped to an active CRM code',
    ru: 'Каждая служба доставки сопоставлена с действующим кодом CRM',
  },
}

export const STORES: MappingSubject = {
  setting: 'stores',
  code: 'RETAILCRM_STORE',
  unmapped: ({ code, name }) => ({
    en: `Shop store "${code}" (${name}) is not mapped: orders from it will wait`,
    ru: `Склад «${code}» (${name}) не сопоставлен: заказы с него будут ждать`,
  }),
  allMapped: {
    en: 'Every store is mapped to an active CRM code',
    ru: 'Каждый склад сопоставлен с действующим кодом CRM',
  },
}

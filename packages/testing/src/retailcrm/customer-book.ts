import { Refusal } from './answers.ts'
import { History, differences, type Snapshot, type Watched } from './history.ts'
import { FieldProblems, Fields, type JsonObject } from './input.ts'
import type { Actor, CrmCustomer } from './model.ts'
import { applyContragent, applyCustomFields, applyTexts } from './order-change.ts'
import { ADDRESS_TEXTS, snakeCase, withoutNulls } from './order-fields.ts'
import { isObject } from './input.ts'

const CUSTOMER_TEXTS = [
  'firstName',
  'lastName',
  'patronymic',
  'email',
  'birthday',
  'sex',
  'commentary',
] as const

const FIRST_ID = 4901

export interface CustomerStub {
  readonly site: string
  readonly id: number
  readonly externalId?: string
}

/** Customers of the account; externalId is unique within a site. */
export class CustomerBook {
  readonly history = new History<CustomerStub>()
  readonly #byId = new Map<number, CrmCustomer>()
  readonly #byExternalId = new Map<string, CrmCustomer>()
  readonly #byContact = new Map<string, CrmCustomer>()
  readonly #now: () => string

  constructor(now: () => string) {
    this.#now = now
  }

  all(): readonly CrmCustomer[] {
    return [...this.#byId.values()]
  }

  byId(id: number): CrmCustomer | undefined {
    return this.#byId.get(id)
  }

  byExternalId(site: string, externalId: string): CrmCustomer | undefined {
    return this.#byExternalId.get(`${site}\n${externalId}`)
  }

  create(site: string, source: JsonObject, actor: Actor): CrmCustomer {
    const problems = new FieldProblems()
    const input = new Fields(source, problems)
    const externalId = input.text('externalId') ?? null
    if (externalId !== null && this.byExternalId(site, externalId) !== undefined) {
      throw new Refusal(400, 'Customer already exists.')
    }
    const customer = blank(
      FIRST_ID + this.#byId.size,
      site,
      externalId,
      input.dateTime('createdAt') ?? this.#now(),
    )
    applyCustomerFields(customer, input)
    problems.throwIfAny('Customer is not loaded')
    this.#index(customer)
    this.history.append({
      createdAt: this.#now(),
      actor,
      field: 'id',
      oldValue: null,
      newValue: customer.id,
      created: true,
      record: stubOf(customer),
    })
    return customer
  }

  edit(customer: CrmCustomer, source: JsonObject, actor: Actor): void {
    const problems = new FieldProblems()
    const changed = structuredClone(customer)
    applyCustomerFields(changed, new Fields(source, problems))
    problems.throwIfAny('Customer is not loaded')
    const before = snapshot(customer)
    Object.assign(customer, changed)
    this.#index(customer)
    for (const one of differences(before, snapshot(customer))) {
      this.history.append({ ...one, createdAt: this.#now(), actor, record: stubOf(customer) })
    }
  }

  linkExternalId(customer: CrmCustomer, externalId: string): void {
    if (customer.externalId !== null) this.#byExternalId.delete(`${customer.site}\n${customer.externalId}`)
    customer.externalId = externalId
    this.#index(customer)
  }

  /** The customer of an order that names none: one with the same e-mail or phone, else a new one. */
  forOrder(
    site: string,
    contact: Readonly<Record<string, string>>,
    contragent: JsonObject,
    actor: Actor,
  ): CrmCustomer {
    const { email, phone } = contact as { email?: string; phone?: string }
    const known =
      (email === undefined ? undefined : this.#byContact.get(`${site}\n${email}`)) ??
      (phone === undefined ? undefined : this.#byContact.get(`${site}\n${phone}`))
    if (known !== undefined) return known
    const { firstName, lastName, patronymic } = contact as Record<string, string | undefined>
    const phones = phone === undefined ? [] : [{ number: phone }]
    return this.create(site, { firstName, lastName, patronymic, email, phones, contragent }, actor)
  }

  #index(customer: CrmCustomer): void {
    this.#byId.set(customer.id, customer)
    if (customer.externalId !== null)
      this.#byExternalId.set(`${customer.site}\n${customer.externalId}`, customer)
    for (const contact of [customer.texts['email'], ...customer.phones]) {
      if (contact !== undefined) this.#byContact.set(`${customer.site}\n${contact}`, customer)
    }
  }
}

export function customerView(customer: CrmCustomer): Record<string, unknown> {
  const hasFields = Object.keys(customer.customFields).length > 0
  return {
    type: 'customer',
    id: customer.id,
    ...withoutNulls({ externalId: customer.externalId }),
    isContact: false,
    createdAt: customer.createdAt,
    ...withoutNulls({ managerId: customer.managerId }),
    vip: customer.vip,
    bad: customer.bad,
    site: customer.site,
    contragent: customer.contragent,
    tags: [],
    marginSumm: 0,
    totalSumm: 0,
    averageSumm: 0,
    ordersCount: customer.ordersCount,
    costSumm: 0,
    customFields: hasFields ? customer.customFields : [],
    personalDiscount: 0,
    cumulativeDiscount: 0,
    ...(Object.keys(customer.address).length > 0 ? { address: customer.address } : {}),
    segments: [],
    ...customer.texts,
    phones: customer.phones.map((number) => ({ number })),
  }
}

function applyCustomerFields(customer: CrmCustomer, input: Fields): void {
  applyTexts(customer.texts, input, CUSTOMER_TEXTS)
  input.date('birthday') // Checked only: it is kept as a text.
  customer.vip = input.flag('vip') ?? customer.vip
  customer.bad = input.flag('bad') ?? customer.bad
  customer.managerId = input.integer('managerId') ?? customer.managerId
  const phones = input.list('phones')
  if (phones !== undefined) {
    customer.phones = phones.map((one) => one.text('number')).filter((number) => typeof number === 'string')
  }
  const address = input.child('address')
  if (address !== undefined) applyTexts(customer.address, address, ADDRESS_TEXTS)
  const contragent = input.child('contragent')
  if (contragent !== undefined) applyContragent(customer.contragent, contragent)
  if (isObject(input.source['customFields']))
    applyCustomFields(customer.customFields, input.source['customFields'])
}

function blank(id: number, site: string, externalId: string | null, createdAt: string): CrmCustomer {
  return {
    id,
    site,
    externalId,
    createdAt,
    texts: {},
    phones: [],
    address: {},
    contragent: { contragentType: 'individual' },
    customFields: {},
    vip: false,
    bad: false,
    managerId: null,
    ordersCount: 0,
  }
}

function stubOf(customer: CrmCustomer): CustomerStub {
  const { id, site, externalId } = customer
  return { id, site, ...(externalId === null ? {} : { externalId }) }
}

function snapshot(customer: CrmCustomer): Snapshot {
  const all = new Map<string, Watched>()
  const put = (field: string, raw: Watched['raw']): void => {
    all.set(field, { field, raw })
  }
  for (const [key, value] of Object.entries(customer.texts)) put(snakeCase(key), value)
  for (const [key, value] of Object.entries(customer.address)) put(`address.${snakeCase(key)}`, value)
  for (const [key, value] of Object.entries(customer.customFields))
    put(`custom_${key}`, JSON.stringify(value))
  put('phones', customer.phones.join(', '))
  put('vip', customer.vip)
  put('bad', customer.bad)
  return all
}

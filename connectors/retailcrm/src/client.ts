import { MuftaError, type CallOptions, type ExternalRecord } from '@mufta/kit'
import { crmCodes, errorText, isRecord, readOrder, rows } from './answers.ts'
import { CrmApi, isCrmCode, type Answer, type CrmApiContext } from './crm-api.ts'
import { CustomerDirectory } from './customers.ts'
import { dictionaryNames, readDictionary, type CrmDictionaries } from './dictionaries.ts'
import { Packer } from './packer.ts'
import { ourSites, type SiteOptions } from './sites.ts'
import { isCancelStatus } from './status-map.ts'
import type { CrmCustomer, CrmOrder, CrmPayment, Credentials, HistoryPage, UploadOutcome } from './wire.ts'

/** Largest page of a list (RetailCRM docs). */
const pageSize = 100

/** What the connector asks of RetailCRM, call by call. */
export class RetailCrmClient extends CrmApi {
  readonly #reads: Packer<CrmOrder>
  readonly #customers = new Map<string | undefined, CustomerDirectory>()

  constructor(context: CrmApiContext) {
    super(context)
    const sites = ourSites(context.settings)
    this.#reads = new Packer({
      size: pageSize,
      call: (ids, options) => this.#readPage({ ids, sites }, options),
    })
  }

  /** Puts customers of one shop there before orders name them. */
  customersOf(site: string | undefined): CustomerDirectory {
    const known =
      this.#customers.get(site) ??
      new CustomerDirectory({
        uploadCustomers: (customers, options) => this.uploadCustomers(customers, { ...options, site }),
      })
    this.#customers.set(site, known)
    return known
  }

  /** Orders by CRM id; calls made at the same time share requests. Missing = absent. */
  readOrders(ids: readonly string[], options: CallOptions = {}): Promise<ReadonlyMap<string, CrmOrder>> {
    return this.#reads.get(ids, options)
  }

  /** Up to 100 orders by the shop's id, keyed by it. */
  async readByExternalId(
    externalIds: readonly string[],
    { site = this.settings.site, ...options }: SiteOptions = {},
  ): Promise<ReadonlyMap<string, CrmOrder>> {
    const sites = site === undefined ? undefined : [site]
    const page = await this.#readPage({ externalIds, sites }, options)
    return new Map([...page.values()].map((order) => [order.externalId ?? '', order]))
  }

  async findOrder(externalId: string, { site, ...options }: SiteOptions = {}): Promise<CrmOrder | null> {
    const query = { by: 'externalId', ...this.siteField(site) }
    try {
      const answer = await this.read(`orders/${encodeURIComponent(externalId)}`, query, options)
      return this.#order(answer['order'])
    } catch (error) {
      if (isCrmCode(error, crmCodes.notFound)) return null
      throw error
    }
  }

  /** Orders that bear the shop's id in any shop of the CRM that the key sees. */
  async findEverywhere(externalId: string, options: CallOptions = {}): Promise<readonly CrmOrder[]> {
    const page = await this.#readPage({ externalIds: [externalId], sites: undefined }, options)
    return [...page.values()]
  }

  /** Not repeated after a lost answer: UnknownOutcomeError. */
  async createOrder(
    { site, ...order }: Partial<CrmOrder>,
    options: CallOptions = {},
  ): Promise<ExternalRecord<CrmOrder | undefined>> {
    const answer = await this.write('orders/create', { order }, { ...options, site })
    return { id: String(answer['id']), record: this.#optionalOrder(answer) }
  }

  /** Sets the given fields; twice is the same as once. */
  async editOrder(
    id: string,
    changes: Partial<CrmOrder>,
    options: SiteOptions = {},
  ): Promise<CrmOrder | undefined> {
    const path = `orders/${encodeURIComponent(id)}/edit`
    return this.#optionalOrder(await this.write(path, { by: 'id', order: changes }, options, true))
  }

  /**
   * Up to 50 new orders of one shop; some may be refused (HTTP 460). Not repeated after a lost answer:
   * UnknownOutcomeError.
   */
  async uploadOrders(
    drafts: readonly Partial<CrmOrder>[],
    options: SiteOptions = {},
  ): Promise<UploadOutcome> {
    // `site` is a field of the request, not of the order: JSON leaves undefined out.
    const orders = drafts.map((draft) => ({ ...draft, site: undefined }))
    const answer = await this.write('orders/upload', { orders }, options)
    const problem = errorText(answer)
    return {
      uploaded: new Map(
        rows(answer['uploadedOrders']).map((row) => [
          String(row['externalId']),
          { id: String(row['id']), record: undefined },
        ]),
      ),
      failed: rows(answer['failedOrders']).map((row) => String(row['externalId'])),
      ...(problem === undefined ? {} : { problem }),
    }
  }

  /** Entries after an id, ascending, or a page of the whole history. */
  async history(
    where: { readonly sinceId: string } | { readonly page: number },
    options: CallOptions = {},
  ): Promise<HistoryPage> {
    const query =
      'sinceId' in where
        ? { filter: { sinceId: where.sinceId }, limit: pageSize }
        : { ...where, limit: pageSize }
    const answer = await this.read('orders/history', query, options)
    const pagination = answer['pagination']
    const pages =
      isRecord(pagination) && typeof pagination['totalPageCount'] === 'number'
        ? pagination['totalPageCount']
        : 1
    return { entries: rows(answer['history']), pages }
  }

  /** A payment that is there already is edited instead, so a repeat after a lost answer makes no second one. */
  async createPayment(orderId: string, payment: CrmPayment, options: SiteOptions = {}): Promise<void> {
    try {
      await this.write(
        'orders/payments/create',
        { payment: { ...payment, order: { id: orderId } } },
        options,
        true,
      )
    } catch (error) {
      if (!isCrmCode(error, crmCodes.alreadyExists) || typeof payment.externalId !== 'string') throw error
      await this.editPayment(payment.externalId, payment, options, 'externalId')
    }
  }

  async editPayment(
    id: string,
    payment: CrmPayment,
    options: SiteOptions = {},
    by: 'id' | 'externalId' = 'id',
  ): Promise<void> {
    const { externalId: _, ...fields } = payment
    await this.write(`orders/payments/${encodeURIComponent(id)}/edit`, { by, payment: fields }, options, true)
  }

  async deletePayment(id: string, options: SiteOptions = {}): Promise<void> {
    try {
      await this.write(`orders/payments/${encodeURIComponent(id)}/delete`, {}, options, true)
    } catch (error) {
      if (!isCrmCode(error, crmCodes.notFound)) throw error
    }
  }

  /** Customers that are there already are refused and left as they are; so a repeat does no harm. */
  async uploadCustomers(customers: readonly CrmCustomer[], options: SiteOptions = {}): Promise<void> {
    try {
      await this.write('customers/upload', { customers }, options, true)
    } catch (error) {
      // A pack of nothing but known customers may be refused as a whole (unverified).
      if (!(error instanceof MuftaError) || error.disposition !== 'give-up') throw error
    }
  }

  async createCustomer(customer: CrmCustomer, options: SiteOptions = {}): Promise<void> {
    try {
      await this.write('customers/create', { customer }, options, true)
    } catch (error) {
      if (!isCrmCode(error, crmCodes.alreadyExists)) throw error
    }
  }

  /** Edits the customer's card, or makes it. */
  async saveCustomer(customer: CrmCustomer, options: SiteOptions = {}): Promise<void> {
    const { externalId, ...fields } = customer
    try {
      const path = `customers/${encodeURIComponent(externalId)}/edit`
      await this.write(path, { by: 'externalId', customer: fields }, options, true)
    } catch (error) {
      if (!isCrmCode(error, crmCodes.notFound)) throw error
      await this.createCustomer(customer, options)
    }
  }

  async credentials(options: CallOptions = {}): Promise<Credentials> {
    const answer = await this.call<Answer>('GET', 'api/credentials', undefined, options)
    const { scopes, siteAccess, sitesAvailable } = answer
    return {
      scopes: Array.isArray(scopes) ? scopes.map(String) : undefined,
      isSelective: siteAccess === 'access_selective',
      sites: Array.isArray(sitesAvailable) ? sitesAvailable.map(String) : [],
    }
  }

  async dictionaries(options: CallOptions = {}): Promise<CrmDictionaries> {
    const read = async ([name, path]: [string, string]) =>
      [name, readDictionary(await this.read(`reference/${path}`, {}, options))] as const
    return Object.fromEntries(
      await Promise.all(Object.entries(dictionaryNames).map(read)),
    ) as unknown as CrmDictionaries
  }

  async #readPage(
    wanted: {
      readonly ids?: readonly string[]
      readonly externalIds?: readonly string[]
      readonly sites: readonly string[] | undefined
    },
    options: CallOptions,
  ): Promise<ReadonlyMap<string, CrmOrder>> {
    const { sites, ...filters } = wanted
    const filter = { ...filters, ...(sites === undefined ? {} : { sites }) }
    const answer = await this.read('orders', { filter, limit: pageSize, page: 1 }, options)
    return new Map(rows(answer['orders']).map((row) => [String(row['id']), this.#order(row)]))
  }

  #order(raw: unknown): CrmOrder {
    return readOrder(raw, (status) => isCancelStatus(this.settings, status))
  }

  #optionalOrder(answer: Answer): CrmOrder | undefined {
    return isRecord(answer['order']) ? this.#order(answer['order']) : undefined
  }
}

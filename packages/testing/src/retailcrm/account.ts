import { KeyRing } from './access.ts'
import { CustomerBook } from './customer-book.ts'
import { createDictionaries, siteEntry, type Dictionaries } from './dictionaries.ts'
import { OfferCatalogue } from './offers.ts'
import { OrderBook } from './order-book.ts'
import { formatTime } from './wire-time.ts'

export interface AccountOptions {
  /** Shops of the account: codes, or a code with its currency. @default ['shop-ru'] in RUB */
  readonly sites?: readonly (string | { readonly code: string; readonly currency: string })[]
  /** External ids of the only products the catalogue knows; rows with others are refused. @default any is known */
  readonly offers?: readonly string[]
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number
  /** The account's time zone; its times carry none. @default 180 (Moscow) */
  readonly utcOffsetMinutes?: number
  /** Of one key; 0 = no limit. @default 10 */
  readonly requestsPerSecond?: number
}

/** One CRM account: all that the simulator remembers. */
export class Account {
  readonly dictionaries: Dictionaries
  readonly keys: KeyRing
  readonly offers: OfferCatalogue
  readonly customers: CustomerBook
  readonly orders: OrderBook
  readonly now: () => string

  constructor(options: AccountOptions) {
    const { clock = Date.now, utcOffsetMinutes = 180 } = options
    const sites = options.sites ?? ['shop-ru']
    this.now = () => formatTime(clock(), utcOffsetMinutes)
    this.keys = new KeyRing(options.requestsPerSecond ?? 10, () => performance.now())
    this.dictionaries = createDictionaries(
      sites.map((site) => (typeof site === 'string' ? siteEntry(site) : siteEntry(site.code, site.currency))),
    )
    this.offers = new OfferCatalogue(options.offers)
    this.customers = new CustomerBook(this.now)
    this.orders = new OrderBook({
      dictionaries: this.dictionaries,
      customers: this.customers,
      offers: this.offers,
      now: this.now,
    })
  }
}

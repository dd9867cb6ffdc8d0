/** An order as Acme sends and takes it. */
export interface AcmeOrder {
  readonly id: string
  /** The shop's id: unique there, so it is also what the probe after a lost answer asks for. */
  readonly externalId: string
  readonly number: string
  readonly statusId: string
  readonly comment?: string | null
  readonly email?: string | null
  readonly phone?: string | null
  readonly items: readonly AcmeItem[]
  readonly deliveryCost: number
  readonly total: number
}

export interface AcmeItem {
  readonly externalId: string
  readonly name: string
  readonly price: number
  readonly quantity: number
}

/** A line of the change log. `author` is "api" for what was done by an API key. */
export interface AcmeChange {
  readonly seq: number
  readonly orderId: string
  readonly externalId?: string
  readonly field: string
  readonly author: 'api' | 'user'
}

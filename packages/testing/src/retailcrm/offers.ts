import type { OfferIds } from './order-change.ts'
import type { CrmOffer } from './model.ts'

export interface OfferRecord extends CrmOffer {
  /** Available pieces by store code. */
  readonly stock: Map<string, number>
  /** By price type code. */
  readonly prices: Map<string, number>
}

const FIRST_ID = 20_001

/** The catalogue: open (any external id is taken as known) or closed to a list of external ids. */
export class OfferCatalogue {
  readonly #isOpen: boolean
  readonly #byId = new Map<number, OfferRecord>()
  readonly #byExternalId = new Map<string, OfferRecord>()
  readonly #byXmlId = new Map<string, OfferRecord>()

  constructor(known?: readonly string[]) {
    this.#isOpen = known === undefined
    for (const externalId of known ?? []) this.#add({ id: null, externalId, xmlId: null, name: externalId })
  }

  find(ids: OfferIds): OfferRecord | null {
    const { id, externalId, xmlId } = ids
    if (id !== null) return this.#byId.get(id) ?? null
    const known =
      (externalId === null ? undefined : this.#byExternalId.get(externalId)) ??
      (xmlId === null ? undefined : this.#byXmlId.get(xmlId))
    if (known !== undefined) return known
    return this.#isOpen && (externalId !== null || xmlId !== null) ? this.#add(ids) : null
  }

  all(): readonly OfferRecord[] {
    return [...this.#byId.values()]
  }

  #add(ids: OfferIds): OfferRecord {
    const { externalId, xmlId, name } = ids
    const offer = {
      id: FIRST_ID + this.#byId.size,
      externalId,
      xmlId,
      name,
      stock: new Map(),
      prices: new Map(),
    }
    this.#byId.set(offer.id, offer)
    if (externalId !== null) this.#byExternalId.set(externalId, offer)
    if (xmlId !== null) this.#byXmlId.set(xmlId, offer)
    return offer
  }
}

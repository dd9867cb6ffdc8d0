import { PermanentError, type CallOptions } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import type { SaleCustomer } from './sale.ts'

/** Ids that a sale needs of its customer. */
export interface PartyIds {
  readonly party: number
  readonly address: number
}

interface PartyRow {
  readonly id: number
  readonly 'addresses.': readonly AddressRow[]
}

interface AddressRow {
  readonly id: number
  readonly street: string | null
  readonly postal_code: string | null
}

/**
 * The party of a buyer, found by its code or created; its address, found by its text or added. Safe to repeat after
 * a lost answer, and safe against a second run at the same moment: Tryton keeps party codes unique.
 */
export async function requireParty(
  client: TrytonClient,
  customer: SaleCustomer,
  options: CallOptions,
): Promise<PartyIds> {
  const row = (await findParty(client, customer, options)) ?? (await createParty(client, customer, options))
  const address = findAddress(row, customer) ?? (await createAddress(client, row, customer, options))
  return { party: row.id, address }
}

async function findParty(
  client: TrytonClient,
  customer: SaleCustomer,
  options: CallOptions,
): Promise<PartyRow | undefined> {
  const [row] = await client.read<PartyRow>(
    'party.party',
    [['code', '=', customer.code]],
    ['addresses.street', 'addresses.postal_code'],
    // A party that was archived in Tryton still holds its code.
    { ...options, context: { active_test: false } },
  )
  return row
}

async function createParty(
  client: TrytonClient,
  customer: SaleCustomer,
  options: CallOptions,
): Promise<PartyRow> {
  const values = {
    code: customer.code,
    name: customer.name,
    addresses: [['create', [addressValues(customer)]]],
    contact_mechanisms: [['create', contacts(customer)]],
  }
  try {
    await client.model('party.party', 'create', [[values]], options)
  } catch (error) {
    // Two orders of one new buyer at once: the other was first, and its party is ours too.
    if (!(error instanceof PermanentError)) throw error
    const other = await findParty(client, customer, options)
    if (other === undefined) throw error
    return other
  }
  const created = await findParty(client, customer, options)
  if (created !== undefined) return created
  throw new PermanentError(
    'TRYTON_PARTY_INVISIBLE',
    'The user of the exchange may create parties but not read them',
  )
}

function findAddress(row: PartyRow, customer: SaleCustomer): number | undefined {
  const wanted = addressValues(customer)
  const addresses = row['addresses.']
  if (wanted.street === null && wanted.postal_code === null) return addresses[0]?.id
  return addresses.find(
    (address) => address.street === wanted.street && address.postal_code === wanted.postal_code,
  )?.id
}

async function createAddress(
  client: TrytonClient,
  row: PartyRow,
  customer: SaleCustomer,
  options: CallOptions,
): Promise<number> {
  const values = { party: row.id, ...addressValues(customer) }
  const [id] = await client.model<readonly [number]>('party.address', 'create', [[values]], options)
  return id
}

function addressValues(customer: SaleCustomer): {
  readonly street: string | null
  readonly postal_code: string | null
} {
  // An empty text and no value are the same to Tryton's clerks; kept apart they would make doubles.
  return { street: customer.address?.trim() || null, postal_code: customer.zip?.trim() || null }
}

function contacts(customer: SaleCustomer): readonly object[] {
  const found: object[] = []
  if (customer.email) found.push({ type: 'email', value: customer.email })
  // "other" takes any text: "phone" refuses what the buyer mistyped, and the order with it.
  if (customer.phone) found.push({ type: 'other', value: customer.phone })
  return found
}

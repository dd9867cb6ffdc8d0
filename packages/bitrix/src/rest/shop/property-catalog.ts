import { AbortedError, type CallOptions, type PropertyRole } from '@mufta/kit'
import { z } from 'zod'
import { idText, looseFlag, parseAnswer, textOrNull } from './answer.ts'
import type { PortalCalls } from './portal-calls.ts'

/** Tells which part of the customer an order property holds. */
export interface RoleFinder {
  roleOf(propertyId: string, code: string | null, personType: string): PropertyRole | null
}

export interface PropertyCatalogOptions {
  /** How long the properties are trusted. */
  readonly maxAgeMs: number
  readonly clock: () => number
}

const LOAD_LIMIT_MS = 60_000

/**
 * The shop's order properties, kept for a while. Shared by concurrent readers: one load at a time. A property that is
 * not known yet makes it load once more; one that is still missing then was deleted and is not asked for again.
 */
export class PropertyCatalog {
  readonly #client: Pick<PortalCalls, 'list'>
  readonly #options: PropertyCatalogOptions
  #loaded: { readonly at: number; readonly roles: PropertyRoles } | null = null
  #loading: Promise<PropertyRoles> | null = null
  readonly #gone = new Set<string>()

  constructor(client: Pick<PortalCalls, 'list'>, options: PropertyCatalogOptions) {
    this.#client = client
    this.#options = options
  }

  async rolesFor(propertyIds: Iterable<string>, options: CallOptions = {}): Promise<PropertyRoles> {
    const roles = await this.current(options)
    const unknown = [...new Set(propertyIds)].filter((id) => !roles.has(id) && !this.#gone.has(id))
    if (unknown.length === 0) return roles
    const fresh = await until(this.#load(), options.signal)
    for (const id of unknown) if (!fresh.has(id)) this.#gone.add(id)
    return fresh
  }

  async current(options: CallOptions = {}): Promise<PropertyRoles> {
    const loaded = this.#loaded
    if (loaded !== null && this.#options.clock() - loaded.at < this.#options.maxAgeMs) return loaded.roles
    this.#gone.clear()
    return await until(this.#load(), options.signal)
  }

  /** Not bound to any caller's signal: others wait for the same load. */
  #load(): Promise<PropertyRoles> {
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = null
    })
    return this.#loading
  }

  async #fetch(): Promise<PropertyRoles> {
    const rows: PropertyRow[] = []
    const signal = AbortSignal.timeout(LOAD_LIMIT_MS)
    for await (const row of this.#client.list(METHOD, { select: SELECT, signal })) {
      rows.push(parseAnswer(propertyRow, row, METHOD))
    }
    const roles = new PropertyRoles(rows)
    this.#loaded = { at: this.#options.clock(), roles }
    return roles
  }
}

/** Roles by flag; by code only for a role that no property of the person type is flagged with. */
export class PropertyRoles implements RoleFinder {
  readonly #byId = new Map<string, PropertyRole | null>()
  readonly #flagged = new Map<string, Set<PropertyRole>>()

  constructor(rows: readonly PropertyRow[]) {
    const withPayer = new Set(rows.filter((row) => row.isPayer).map((row) => row.personTypeId))
    for (const row of rows) {
      const role = roleByFlag(row, withPayer.has(row.personTypeId))
      this.#byId.set(row.id, role)
      if (role === null) continue
      const known = this.#flagged.get(row.personTypeId) ?? new Set<PropertyRole>()
      this.#flagged.set(row.personTypeId, known.add(role))
    }
  }

  has(propertyId: string): boolean {
    return this.#byId.has(propertyId)
  }

  /** true = a property of this person type carries the flag. */
  isFlagged(personType: string, role: PropertyRole): boolean {
    return this.#flagged.get(personType)?.has(role) ?? false
  }

  roleOf(propertyId: string, code: string | null, personType: string): PropertyRole | null {
    const role = this.#byId.get(propertyId) ?? null
    if (role !== null) return role
    const guess = CODES.get((code ?? '').toUpperCase()) ?? null
    return guess === null || this.isFlagged(personType, guess) ? null : guess
  }
}

const METHOD = 'sale.property.list'
const SELECT = [
  'id',
  'personTypeId',
  'code',
  'isEmail',
  'isPhone',
  'isPayer',
  'isProfileName',
  'isAddress',
  'isZip',
  'isLocation',
]

const propertyRow = z.object({
  id: idText,
  personTypeId: idText,
  code: textOrNull,
  isEmail: looseFlag,
  isPhone: looseFlag,
  isPayer: looseFlag,
  isProfileName: looseFlag,
  isAddress: looseFlag,
  isZip: looseFlag,
  isLocation: looseFlag,
})
type PropertyRow = z.output<typeof propertyRow>

/** Customs of many shops, not rules. */
const CODES: ReadonlyMap<string, PropertyRole> = new Map([
  ['EMAIL', 'email'],
  ['E_MAIL', 'email'],
  ['PHONE', 'phone'],
  ['FIO', 'name'],
  ['NAME', 'name'],
  ['CONTACT_PERSON', 'name'],
  ['ADDRESS', 'address'],
  ['ZIP', 'zip'],
  ['LOCATION', 'location'],
])

/** The profile's name stands in for the payer's only where no property is the payer's. */
function roleByFlag(row: PropertyRow, hasPayer: boolean): PropertyRole | null {
  if (row.isEmail) return 'email'
  if (row.isPhone) return 'phone'
  if (row.isPayer || (row.isProfileName && !hasPayer)) return 'name'
  if (row.isZip) return 'zip'
  if (row.isLocation) return 'location'
  return row.isAddress ? 'address' : null
}

async function until<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => {
    reject(new AbortedError('SHOP_ABORTED', 'Reading the order properties was aborted'))
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

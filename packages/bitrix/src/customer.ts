import type { Customer, OrderProperty } from '@mufta/kit'

/** The buyer of an order: of several properties with the same role the first that is filled in. */
export function customerOf(id: string | null, properties: readonly OrderProperty[]): Customer {
  const known = { email: null, phone: null, name: null, address: null, zip: null } as Record<
    'email' | 'phone' | 'name' | 'address' | 'zip',
    string | null
  >
  for (const { role, value } of properties) {
    if (role !== null && role !== 'location') known[role] ??= firstFilled(value)
  }
  const { email, phone, name, address, zip } = known
  return { id, email, phone, name, address, zip }
}

function firstFilled(value: OrderProperty['value']): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value
  return value?.find((text) => text.trim() !== '') ?? null
}

import type { Principal } from '../access/principal.ts'
import { withoutPersonal } from '../personal.ts'

/** Buyers' data is for those who work with it. */
export function isMaskedFor({ role }: Pick<Principal, 'role'>): boolean {
  return role === 'viewer'
}

/** The same value as this person may see it. */
export function shownTo<Value>(who: Pick<Principal, 'role'>, value: Value): Value {
  return isMaskedFor(who) ? (withoutPersonal(value) as Value) : value
}

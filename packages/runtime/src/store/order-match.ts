import { isPersonal } from '../personal.ts'
import { readBase } from './base.ts'

/** A binding as the search reads it. */
export interface SearchedRow {
  readonly shop_id: string
  readonly external_id: string | null
  readonly number: string | null
  readonly base: string
}

export interface OrderMatcher {
  /** LIKE pattern that every row that matches fulfils; null = there is none. */
  readonly prefilter: string | null
  readonly matches: (row: SearchedRow) => boolean
}

/** What people put between the digits of a phone. */
const GAP = String.raw`[\s().+-]{0,3}`
/** Digits by which a phone is the same with "8" and "+7" before it. */
const PHONE_DIGITS = 10

/** Whether a row is meant by what somebody typed into the search. */
export function orderMatcher(q: string, wholePersonal: boolean): OrderMatcher {
  const text = q.toLowerCase()
  // A letter makes case matter; without any the base need not be copied.
  const isCased = text !== q.toUpperCase()
  const phone = phoneOf(q)
  const byText = ({ shop_id, external_id, number, base }: SearchedRow): boolean =>
    [shop_id, external_id, number].some((id) => id?.toLowerCase().includes(text) === true) ||
    ((isCased ? base.toLowerCase() : base).includes(asInJson(text)) &&
      valueMatches(base, textTest(text, wholePersonal)))
  const spelled = phone === null ? null : new RegExp(phone.split('').join(GAP))
  const byPhone = ({ base }: SearchedRow): boolean =>
    phone !== null && spelled?.test(base) === true && valueMatches(base, phoneTest(phone, wholePersonal))
  return {
    // SQLite's LIKE knows the case of ASCII alone, and a phone has other spellings.
    prefilter: phone === null && /^[ -~]+$/.test(q) && !/["\\]/.test(q) ? likePattern(q) : null,
    matches: (row) => byText(row) || byPhone(row),
  }
}

type Test = (value: string, isPersonalValue: boolean) => boolean

function textTest(text: string, wholePersonal: boolean): Test {
  return (value, isPersonalValue) => {
    const present = value.toLowerCase()
    return isPersonalValue && wholePersonal ? present === text : present.includes(text)
  }
}

function phoneTest(phone: string, wholePersonal: boolean): Test {
  return (value, isPersonalValue) => {
    if (!isPersonalValue) return false
    const digits = value.replace(/\D/g, '')
    return wholePersonal
      ? phone.length === PHONE_DIGITS && digits.slice(-PHONE_DIGITS) === phone
      : digits.includes(phone)
  }
}

/** The digits of what looks like a phone or a part of one; null = it does not. */
function phoneOf(q: string): string | null {
  const digits = q.replace(/[\s().+-]/g, '')
  return /^\d{5,15}$/.test(digits) ? digits.slice(-PHONE_DIGITS) : null
}

function valueMatches(base: string, test: Test): boolean {
  const { shop, external } = readBase(base)
  return [shop, external].some((side) =>
    [...side].some(
      ([name, value]) =>
        (typeof value === 'string' || typeof value === 'number') && test(String(value), isPersonal(name)),
    ),
  )
}

function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function likePattern(q: string): string {
  return `%${q.replace(/[%_!]/g, '!$&')}%`
}

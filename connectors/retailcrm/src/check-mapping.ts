import type { DictionaryEntry, Finding } from '@mufta/kit'

/** What a mapping is about, for the words of its findings. */
export interface MappingSubject {
  readonly setting: string
  /** Prefix of the findings' codes. */
  readonly code: string
  readonly what: string
}

/** Every active shop code must lead to a CRM code that exists and is active. */
export function checkMapping(
  subject: MappingSubject,
  shop: readonly DictionaryEntry[],
  table: Readonly<Record<string, string>>,
  external: readonly DictionaryEntry[],
): readonly Finding[] {
  const { setting, code, what } = subject
  const unmapped = shop
    .filter((entry) => entry.active && !Object.hasOwn(table, entry.code))
    .map((entry) =>
      bad(
        `${code}_UNMAPPED`,
        `Shop ${what} "${entry.code}" (${entry.name}) is not mapped: orders with it will wait`,
        `Add "${entry.code}" to "${setting}"`,
      ),
    )
  const dead = Object.entries(table).flatMap(([from, to]) => {
    const problem = problemOf(to, external)
    if (problem === null) return []
    return [
      bad(
        `${code}_GONE`,
        `"${setting}" maps "${from}" to "${to}", which ${problem}`,
        `Choose another code in "${setting}": ${codes(external)}`,
      ),
    ]
  })
  const findings = [...unmapped, ...dead]
  return findings.length > 0
    ? findings
    : [good(`${code}_OK`, `Every ${what} is mapped to an active CRM code`)]
}

/** Codes that settings name directly. */
export function checkCodes(
  setting: string,
  wanted: readonly string[],
  external: readonly DictionaryEntry[],
): readonly Finding[] {
  return [...new Set(wanted)].flatMap((code) => {
    const problem = problemOf(code, external)
    return problem === null
      ? []
      : [
          bad(
            'RETAILCRM_CODE_GONE',
            `"${setting}" names "${code}", which ${problem}`,
            `Choose one of: ${codes(external)}`,
          ),
        ]
  })
}

export function good(code: string, message: string): Finding {
  return { level: 'ok', code, message }
}

export function warn(code: string, message: string, fix: string): Finding {
  return { level: 'warning', code, message, fix }
}

export function bad(code: string, message: string, fix: string): Finding {
  return { level: 'error', code, message, fix }
}

function problemOf(code: string, external: readonly DictionaryEntry[]): string | null {
  const entry = external.find((candidate) => candidate.code === code)
  if (entry === undefined) return 'RetailCRM does not have'
  return entry.active ? null : 'is switched off in RetailCRM'
}

function codes(external: readonly DictionaryEntry[]): string {
  return external
    .filter((entry) => entry.active)
    .map((entry) => `"${entry.code}"`)
    .join(', ')
}

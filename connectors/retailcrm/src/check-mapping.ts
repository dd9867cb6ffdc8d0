import type { DictionaryEntry, Finding, Title, Words } from '@mufta/kit'

/** What a mapping is about, for the words of its findings. */
export interface MappingSubject {
  readonly setting: string
  /** Prefix of the findings' codes. */
  readonly code: string
  /** Takes the code and the name of what is not mapped. */
  readonly unmapped: (entry: DictionaryEntry) => Title
  readonly allMapped: Title
}

/** Every active shop code must lead to a CRM code that exists and is active. */
export function checkMapping(
  subject: MappingSubject,
  shop: readonly DictionaryEntry[],
  table: Readonly<Record<string, string>>,
  external: readonly DictionaryEntry[],
): readonly Finding[] {
  const { setting, code, unmapped: unmappedWords, allMapped } = subject
  const unmapped = shop
    .filter((entry) => entry.active && !Object.hasOwn(table, entry.code))
    .map((entry) =>
      bad(`${code}_UNMAPPED`, unmappedWords(entry), {
        en: `Add "${entry.code}" to "${setting}"`,
        ru: `Добавьте «${entry.code}» в «${setting}»`,
      }),
    )
  const choice = codes(external.filter(isActive))
  const dead = Object.entries(table).flatMap(([from, to]) => {
    const problem = problemOf(to, external)
    if (problem === null) return []
    return [
      bad(
        `${code}_GONE`,
        {
          en: `"${setting}" maps "${from}" to "${to}", which ${problem.en}`,
          ru: `«${setting}» ведёт из «${from}» в «${to}», а его ${problem.ru}`,
        },
        {
          en: `Choose another code in "${setting}": ${choice.en}`,
          ru: `Выберите другой код в «${setting}»: ${choice.ru}`,
        },
      ),
    ]
  })
  const findings = [...unmapped, ...dead]
  return findings.length > 0 ? findings : [good(`${code}_OK`, allMapped)]
}

/** Codes that settings name directly. */
export function checkCodes(
  setting: string,
  wanted: readonly string[],
  external: readonly DictionaryEntry[],
): readonly Finding[] {
  const choice = codes(external.filter(isActive))
  return [...new Set(wanted)].flatMap((code) => {
    const problem = problemOf(code, external)
    if (problem === null) return []
    return [
      bad(
        'RETAILCRM_CODE_GONE',
        {
          en: `"${setting}" names "${code}", which ${problem.en}`,
          ru: `В «${setting}» указан «${code}», а его ${problem.ru}`,
        },
        { en: `Choose one of: ${choice.en}`, ru: `Выберите один из: ${choice.ru}` },
      ),
    ]
  })
}

export function good(code: string, message: Title): Finding {
  return { level: 'ok', code, message }
}

export function warn(code: string, message: Words, fix: Title): Finding {
  return { level: 'warning', code, message, fix }
}

export function bad(code: string, message: Words, fix: Title): Finding {
  return { level: 'error', code, message, fix }
}

/** Codes one after another, in the quotation marks of each language. */
export function codes(entries: readonly DictionaryEntry[]): Title {
  return {
    en: entries.map(({ code }) => `"${code}"`).join(', '),
    ru: entries.map(({ code }) => `«${code}»`).join(', '),
  }
}

/** Behind "which" and «а его». */
function problemOf(code: string, external: readonly DictionaryEntry[]): Title | null {
  const entry = external.find((candidate) => candidate.code === code)
  if (entry === undefined) return { en: 'RetailCRM does not have', ru: 'в RetailCRM нет' }
  return entry.active ? null : { en: 'is switched off in RetailCRM', ru: 'в RetailCRM отключили' }
}

function isActive({ active }: DictionaryEntry): boolean {
  return active
}

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readCodeTable, readFactTable } from '../tools/code-table.ts'

const ROOT = join(import.meta.dirname, '..')
const SOURCES = ['packages/{kit,bitrix,runtime,mufta}/src/**/*.ts', 'connectors/*/src/**/*.ts']
const PAGES = ['docs/en/errors.md', 'docs/ru/errors.md']

/** Codes that the sources put together from parts. */
const COMPOSED = [
  ...['SITES', 'STATUS', 'PAYMENT_TYPE', 'DELIVERY_TYPE', 'STORE'].flatMap((subject) =>
    ['OK', 'UNMAPPED', 'GONE'].map((end) => `RETAILCRM_${subject}_${end}`),
  ),
  ...['PAYMENT_SYSTEMS', 'DELIVERIES', 'STORES'].flatMap((what) => [`SITE_${what}`, `SITE_${what}_REFUSED`]),
  'SITE_PROPERTY_NO_EMAIL',
  'SITE_PROPERTY_NO_PHONE',
]

/** Upper-case words of the sources that are no codes of ours: names of outside systems and prefixes. */
const FOREIGN = new Set([
  // RetailCRM's texts in our short words; facts.systemCode, never an error's code.
  ...[
    'ORDER_EXISTS',
    'ALREADY_EXISTS',
    'PAYMENT_NOT_ALLOWED',
    'CUSTOMER_NOT_FOUND',
    'OFFER_NOT_FOUND',
    'WRONG_ACCOUNT',
  ],
  // the portal's own codes and field names
  ...[
    'ACCESS_DENIED',
    'CONNECTION_ERROR',
    'ERROR_METHOD_NOT_FOUND',
    'ENTITY_REGISTRY_TYPE',
    'CONTACT_PERSON',
    'E_MAIL',
    'AUTH_ID',
  ],
  // prefixes of composed codes
  ...[
    'RETAILCRM_STATUS',
    'RETAILCRM_PAYMENT_TYPE',
    'RETAILCRM_DELIVERY_TYPE',
    'RETAILCRM_STORE',
    'RETAILCRM_SITES',
  ],
  // the module's own codes (facts.systemCode) and words of its version file
  ...['BAD_REQUEST', 'BAD_SIGNATURE', 'NOT_CONFIGURED', 'UNKNOWN_COMMAND', 'UNSUPPORTED_TYPE'],
  ...['KEY_REUSED', 'VERSION_CONFLICT', 'UNKNOWN_STATUS', 'TIME_OVER', 'INTERNAL'],
  // environment and secrets' names
  ...['MUFTA_KEYS', 'SOURCE_DATE_EPOCH'],
  ...['LC_ALL', 'LC_MESSAGES', 'MUFTA_LANG', 'MUFTA_DEBUG', 'SITE_WEBHOOK', 'SITE_TOKEN'],
])
/** Codes of Node and undici. */
const NODE = /^(?:UND_ERR|EAI|ERR)_|^E[A-Z]+$/

describe('the pages of error codes', () => {
  const inSources = codesOfSources()

  for (const page of PAGES) {
    it(`${page} explains every code that the sources can give`, () => {
      const explained = codesOfPage(page)
      assert.deepEqual([...inSources].filter((code) => !explained.has(code)).toSorted(), [])
    })

    it(`${page} explains no code that is gone`, () => {
      assert.deepEqual([...codesOfPage(page)].filter((code) => !inSources.has(code)).toSorted(), [])
    })
  }

  it('every row with a meaning and a cure is in the table for screens', async () => {
    const table = await readCodeTable()
    for (const page of PAGES) {
      const rows = read(page).matchAll(/^\| `([A-Z0-9_]+)`(?:[^|]*\|){4}$/gm)
      const codes = [...rows].map((match) => match[1] as string)
      assert.ok(codes.length > 200)
      assert.deepEqual(
        codes.filter((code) => !(code in table)),
        [],
      )
    }
  })

  it('every fact that the sources give has its words in both languages', async () => {
    const facts = await readFactTable()
    const names = factsOfSources()
    assert.ok(names.size > 30)
    assert.deepEqual([...names].filter((name) => !(name in facts)).toSorted(), [])
    for (const [name, { en, ru }] of Object.entries(facts)) {
      assert.match(ru, /[а-яё]/i, name)
      assert.doesNotMatch(en, /[а-яё]/i, name)
    }
  })

  it('the command line knows what the pages say now', async () => {
    assert.deepEqual(
      JSON.parse(read('packages/mufta/src/ui/facts.json')),
      await readFactTable(),
      'run "npm run codes"',
    )
    assert.deepEqual(
      JSON.parse(read('packages/mufta/src/ui/codes.json')),
      await readCodeTable(),
      'run "npm run codes"',
    )
  })

  it('a code is found wherever it stands in a statement', () => {
    assert.deepEqual(
      [
        ...codesIn(
          `new AuthError(\n 'ABORTED', x); const a = { code: 'UNEXPECTED' }; f('ONE_TWO'); g('EAI_AGAIN')`,
        ),
      ],
      ['ABORTED', 'UNEXPECTED', 'ONE_TWO'],
    )
  })
})

function codesOfSources(): ReadonlySet<string> {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
  assert.ok(files.length > 100, 'the sources are where they are looked for')
  const codes = files.flatMap((file) => [...codesIn(readFileSync(join(ROOT, file), 'utf8'))])
  return new Set([...codes, ...COMPOSED])
}

function codesIn(source: string): ReadonlySet<string> {
  const single = [
    ...source.matchAll(/new \w*Error\(\s*(?:\d+,\s*)?'([A-Z]+)'/g),
    ...source.matchAll(/\bcode: '([A-Z]+)'/g),
    ...source.matchAll(/'(?:bind|note|check|echo|skip|conflict)', '([A-Z]+)'/g),
  ].map((match) => match[1] as string)
  const several = [
    ...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g),
    // keys of a table of codes
    ...source.matchAll(/^ {2}(STORE_[A-Z_]+): '/gm),
  ].map((match) => match[1] as string)
  return new Set([...single, ...several].filter((code) => !FOREIGN.has(code) && !NODE.test(code)))
}

/** Names in `facts: { … }`, where it is written out. */
function factsOfSources(): ReadonlySet<string> {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
  const literals = files.flatMap((file) => [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bfacts(?:: ErrorFacts =|:) \{([^{}]*)\}/g),
  ])
  return new Set(
    literals
      .flatMap(([, inside = '']) => inside.replaceAll(/\([^()]*\)/g, '').split(/[,\n]/))
      .flatMap((part) => /^\s*(?:readonly )?([a-z]\w*)\??(?::|\s*$)/i.exec(part)?.[1] ?? [])
      .filter((name) => name !== 'en' && name !== 'ru'),
  )
}

function codesOfPage(page: string): ReadonlySet<string> {
  return new Set([...read(page).matchAll(/^\| `([A-Z0-9_]+)` +\|/gm)].map((match) => match[1] as string))
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

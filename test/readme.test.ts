import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, it } from 'node:test'
import { settingsSchema } from '../connectors/retailcrm/src/settings.ts'
import { configSchema } from '../packages/mufta/src/config/schema.ts'
import { substitute } from '../packages/mufta/src/config/substitute.ts'

const ROOT = join(import.meta.dirname, '..')
const READMES = ['README.md', 'README.ru.md']
const PAGES = globSync(['*.md', 'docs/**/*.md', '{packages,connectors,examples,bench}/**/*.md'], {
  cwd: ROOT,
  exclude: (name) => name.includes('node_modules'),
})

describe('the README', () => {
  for (const page of READMES) {
    it(`${page} holds a configuration that Mufta accepts, with every variable in its .env`, () => {
      const text = read(page)
      const config = configSchema.parse(substitute(JSON.parse(block(text, 'json')), envOf(text)))
      for (const { settings } of Object.values(config.connections)) settingsSchema.parse(settings)
      assert.ok(Object.keys(config.connections).length > 0)
    })

    it(`${page} names the demo and the tests by commands that exist`, () => {
      const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
      const text = read(page)
      for (const [, command = ''] of text.matchAll(/(?:^|`|&& )npm (?:run )?([a-z]+)/gm)) {
        if (!['ci', 'install'].includes(command)) assert.ok(command in scripts, `npm run ${command}`)
      }
      assert.match(text, /npm ci && npm run demo\nnpm ci && npm test/)
    })
  }

  it('both languages show the same configuration', () => {
    const [english, russian] = READMES.map((page) => block(read(page), 'json'))
    assert.equal(english, russian)
  })
})

describe('the pages', () => {
  for (const page of PAGES) {
    it(`${page} links to what is there`, () => {
      assert.deepEqual(brokenLinks(page), [])
    })
  }

  it('a page in one language has its twin in the other', () => {
    const names = (lang: string): string[] => globSync('*.md', { cwd: join(ROOT, 'docs', lang) }).toSorted()
    assert.deepEqual(names('en'), names('ru'))
    assert.ok(names('en').length >= 9)
  })

  it('no page shows a path of somebody’s machine', () => {
    for (const page of PAGES) assert.doesNotMatch(read(page), /\/(?:home|Users|work|root)\/\w/, page)
  })
})

function brokenLinks(page: string): readonly string[] {
  const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string)
  return targets.filter((target) => !/^[a-z]+:/.test(target) && !isThere(page, target))
}

function isThere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), decodeURI(path)))
  if (!existsSync(join(ROOT, file))) return false
  return anchor === undefined || anchorsOf(read(file)).has(decodeURI(anchor))
}

/** As GitHub makes them: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] as string)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

function block(text: string, language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1]
  assert.ok(found, `a block of ${language}`)
  return found
}

function envOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.+)$/gm)].map((match) => [match[1] as string, match[2] as string]),
  )
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

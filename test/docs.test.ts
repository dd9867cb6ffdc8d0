import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { settingsSchema } from '../connectors/retailcrm/src/settings.ts'
import { configSchema } from '../packages/mufta/src/config/schema.ts'
import { buildProgram } from '../packages/mufta/src/program.ts'
import { createScreen } from '../packages/mufta/src/ui/screen.ts'

const ROOT = join(import.meta.dirname, '..')
const LANGS = ['en', 'ru'] as const
/** What stands in the column of defaults for a key that must be given. */
const REQUIRED = { en: /^required/, ru: /^обязателен/ } as const

describe('the pages of settings', () => {
  const pages = [
    ['configuration', configSchema],
    ['retailcrm', settingsSchema],
  ] as const
  for (const [page, schema] of pages) {
    const keys = leaves(schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Schema)
    for (const lang of LANGS) {
      it(`docs/${lang}/${page}.md names every key of the schema and no other`, () => {
        assert.deepEqual([...tableOf(page, lang).keys()].toSorted(), [...keys.keys()].toSorted())
      })

      it(`docs/${lang}/${page}.md tells the defaults of the schema`, () => {
        const table = tableOf(page, lang)
        for (const [path, { fallback, required }] of keys) {
          const shown = table.get(path) ?? ''
          if (fallback !== undefined) assert.equal(shown, `\`${JSON.stringify(fallback)}\``, path)
          else assert.equal(REQUIRED[lang].test(shown), required, path)
        }
      })
    }
  }
})

describe('the page of commands', () => {
  for (const lang of LANGS) {
    const page = read(`docs/${lang}/commands.md`)
    for (const command of commandLines()) {
      it(`docs/${lang}/commands.md explains "${command.name}" with its options`, () => {
        const found = page.includes(`\`mufta ${command.name}`) || page.includes(`mufta ${command.name} `)
        assert.ok(found, command.name)
        for (const option of command.options) assert.ok(page.includes(option), `${command.name} ${option}`)
      })
    }
  }
})

describe('the page of operating', () => {
  for (const lang of LANGS) {
    it(`docs/${lang}/operating.md explains every metric and no other`, () => {
      const named = (text: string): string[] =>
        [...new Set([...text.matchAll(/\bmufta_[a-z]+_[a-z_]+\b/g)].map(([name]) => name))].toSorted()
      const sources = named(read('packages/runtime/src/metrics.ts'))
      assert.ok(sources.length >= 8)
      const shown = named(read(`docs/${lang}/operating.md`)).filter(
        (name) => !/_(?:process|nodejs)_/.test(name),
      )
      assert.deepEqual(shown, sources)
    })
  }
})

describe('the decision about dependencies', () => {
  it('gives a reason for every dependency of every package, and for no other', () => {
    const files = [
      'package.json',
      ...globSync('{packages,connectors,examples}/*/package.json', { cwd: ROOT }),
    ]
    const used = [...files, 'bench/package.json'].flatMap((file) => {
      const parts = JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>
      return [...Object.keys(parts['dependencies'] ?? {}), ...Object.keys(parts['devDependencies'] ?? {})]
    })
    const outside = [...new Set(used)].filter((name) => !name.startsWith('@mufta/')).toSorted()
    const explained = [...read('docs/decisions/0006-dependencies.md').matchAll(/^\| `([^`]+)` +\|/gm)]
    assert.deepEqual(explained.map((match) => match[1]).toSorted(), outside)
  })
})

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  /** One of several shapes: the keys of all of them count. */
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly default?: unknown
}

interface Key {
  readonly fallback: unknown
  readonly required: boolean
}

/** Keys that an administrator can write, "*" for a name of his own. Of an optional object the keys inside count. */
function leaves(schema: Schema, path = '', parent?: Schema): ReadonlyMap<string, Key> {
  const found = new Map<string, Key>()
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const childPath = path === '' ? name : `${path}.${name}`
    const inherited = (schema.default ?? parent?.default) as Record<string, unknown> | undefined
    const shapes = [...(child.oneOf ?? []), ...(child.anyOf ?? [])].filter(
      (shape) => shape.properties !== undefined,
    )
    if (shapes.length > 0) {
      for (const shape of shapes) for (const entry of leaves(shape, childPath, schema)) found.set(...entry)
    } else if (child.properties !== undefined) {
      for (const entry of leaves(child, childPath, schema)) found.set(...entry)
    } else if (hasNamedChildren(child)) {
      for (const entry of leaves(child.additionalProperties as Schema, `${childPath}.*`)) found.set(...entry)
    } else {
      const fallback = child.default ?? inherited?.[name]
      found.set(childPath, { fallback, required: schema.required?.includes(name) === true })
    }
  }
  return found
}

/** `connections`: a map of things that must have keys. One whose things may be empty, as `personTypes`, is explained as a whole. */
function hasNamedChildren(schema: Schema): boolean {
  const { additionalProperties } = schema
  return (
    typeof additionalProperties === 'object' &&
    additionalProperties.properties !== undefined &&
    (additionalProperties.required ?? []).length > 0
  )
}

/** First two columns of the rows that begin with a key; of several tables the one of keys has the header's word. */
function tableOf(page: string, lang: 'en' | 'ru'): ReadonlyMap<string, string> {
  const text = read(`docs/${lang}/${page}.md`)
  const rows = [...text.matchAll(/^\| `([\w.*]+)` +\| (.+?) +\| .+ \|$/gm)]
  return new Map(rows.map((match) => [match[1] as string, match[2] as string]))
}

interface CommandLine {
  readonly name: string
  readonly options: readonly string[]
}

interface CommandLike {
  readonly commands: readonly CommandLike[]
  readonly options: readonly { readonly long?: string | undefined }[]
  name(): string
}

function commandLines(): readonly CommandLine[] {
  const screen = createScreen({ lang: 'en', json: true, stdout: process.stdout, stderr: process.stderr })
  const context = { screen, cwd: ROOT, env: {}, configFile: undefined, signal: AbortSignal.abort() }
  const walk = (command: CommandLike, above: string): CommandLine[] =>
    command.commands.flatMap((child) => {
      const name = above === '' ? child.name() : `${above} ${child.name()}`
      const options = child.options.flatMap(({ long }) => (long === undefined ? [] : [long]))
      return [{ name, options }, ...walk(child, name)]
    })
  const lines = walk(
    buildProgram(context, () => undefined),
    '',
  )
  assert.ok(lines.length >= 12)
  return lines
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

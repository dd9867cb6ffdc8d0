import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { hasTool } from './bridge-helpers/tools.ts'
import { cli } from './helpers/cli.ts'

const BUILD = ['bridge', 'build', '--connector', 'retailcrm', '--id', 'acme.crm', '--out']

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-bridge-build-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

interface Verified {
  readonly ok: boolean
  readonly id: string
  readonly faults: readonly { readonly rule: string; readonly file: string }[]
  readonly skipped: readonly string[]
}

async function verify(folder: string, path: string): Promise<{ code: number | null; found: Verified }> {
  const { code, stdout } = await cli(folder, ['bridge', 'verify', path, '--json'])
  return { code, found: JSON.parse(stdout) as Verified }
}

describe('mufta bridge build and verify', () => {
  test('two builds are the same zip to the byte, and the folder holds the same', async (context) => {
    const folder = temporary(context)
    for (const out of ['a.zip', 'b.zip', '.']) assert.equal((await cli(folder, [...BUILD, out])).code, 0, out)
    assert.ok(readFileSync(join(folder, 'a.zip')).equals(readFileSync(join(folder, 'b.zip'))))
    assert.deepEqual(readdirSync(folder).toSorted(), ['a.zip', 'acme.crm', 'b.zip'])
    const again = await cli(folder, [...BUILD, '.'])
    assert.equal(again.code, 1)
    assert.match(again.stderr, /BRIDGE_TARGET_EXISTS/)
    assert.equal((await cli(folder, [...BUILD, '.', '--force'])).code, 0)
  })

  test('what was built is in order, also to the tools of PHP', async (context) => {
    const folder = temporary(context)
    await cli(folder, [...BUILD, 'a.zip'])
    const { code, found } = await verify(folder, 'a.zip')
    assert.deepEqual([code, found.ok, found.id, found.faults], [0, true, 'acme.crm', []])
    const missing = [...(hasTool('php') ? [] : ['php -l']), ...(hasTool('phpcs') ? [] : ['phpcs'])]
    assert.deepEqual(found.skipped, missing, 'what could not be checked is named')
  })

  test('a module that was changed by hand is told by file and rule', async (context) => {
    const folder = temporary(context)
    await cli(folder, [...BUILD, '.'])
    const module = join(folder, 'acme.crm')
    appendFileSync(join(module, 'lib/outbox.php'), '\neval("1");\n')
    appendFileSync(join(module, 'lib/answer.php'), '\nfunction (\n')
    appendFileSync(join(module, 'lib/state.php'), '\nif(true){}\n')
    const { code, found } = await verify(folder, 'acme.crm')
    const seen = found.faults.map(({ file, rule }) => `${file} ${rule}`)
    const expected = [
      'lib/outbox.php PHP_EVAL',
      ...(hasTool('php') ? ['lib/answer.php PHP_LINT'] : []),
      ...(hasTool('phpcs') ? ['lib/state.php PHP_STYLE'] : []),
    ]
    assert.equal(code, 1)
    for (const fault of expected) assert.ok(seen.includes(fault), `${fault} in ${seen.join(', ')}`)
    const russian = await cli(folder, ['bridge', 'verify', 'acme.crm'], { MUFTA_LANG: 'ru' })
    assert.match(russian.stdout, /lib\/outbox\.php:\d+ eval\(\) исполняет текст как код/)
  })
})

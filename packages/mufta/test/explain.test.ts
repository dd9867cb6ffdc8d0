import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { readCodeTable } from '../../../tools/code-table.ts'
import { explain } from '../src/ui/explain.ts'
import { Cli, cli, tempFolder, type Ended } from './helpers/cli.ts'
import { startPlace } from './helpers/place.ts'

const table = await readCodeTable()
const refused = { code: 'PORTAL_CREDENTIALS', message: 'The portal refused the webhook' }

describe('an error on the screen', () => {
  it('that has no Russian of its own is told by its documented meaning, its own words and what to do', async () => {
    const { means, todo } = documented('PORTAL_CREDENTIALS')
    assert.match(means, /[а-яё]/)
    assert.deepEqual(await explain(refused, 'ru'), { text: means, detail: refused.message, todo })
  })

  it('keeps its words in English, with what to do', async () => {
    const { text, detail, todo } = await explain(refused, 'en')
    assert.deepEqual([text, detail], ['The portal refused the webhook', ''])
    assert.match(todo, /administrator/)
  })

  it('does not say twice what to do, and says nothing where nothing is to be done', async () => {
    const told = { code: 'CONFIG_NOT_FOUND', message: 'none', facts: { folder: '/x' } }
    assert.equal((await explain(told, 'ru')).todo, '')
    assert.match((await explain(told, 'ru')).text, /mufta init/)
    assert.equal((await explain({ code: 'CLIENT_CLOSED', message: 'closed' }, 'ru')).todo, '')
  })

  it('with a code that nobody documented is told as it came', async () => {
    const own = { code: 'ACME_NO_SUCH_DEPARTMENT', message: 'Acme has no such department' }
    assert.deepEqual(await explain(own, 'ru'), { text: own.message, detail: '', todo: '' })
  })

  it('ends a command in the language of the screen', async (t) => {
    const { folder, configure } = await startPlace(t)
    configure({ settings: { pollSeconds: 'often' } })
    const russian = lines(await cli(folder, ['check'], { MUFTA_LANG: 'ru' }))
    const { todo } = documented('SETTINGS_INVALID')
    const where = 'connections.shop-crm.settings'
    assert.equal(russian[0], `✖ В ${where} ошибки: pollSeconds — нужно число SETTINGS_INVALID`)
    assert.equal(russian[1], `  → ${todo}`)
    const english = lines(await cli(folder, ['check']))
    assert.match(english[0] ?? '', /^✖ connections\.shop-crm\.settings .*pollSeconds.* SETTINGS_INVALID$/)
    assert.equal(english[1], `  → ${documented('SETTINGS_INVALID', 'en').todo}`)
  })

  it('is explained from a table that nothing else reads: a start stays as quick as it was', async (t) => {
    const folder = tempFolder(t)
    const watched = { NODE_OPTIONS: `--import=${WATCH}` }
    const help = await new Cli(folder, ['--help'], watched).ended
    assert.equal(help.code, 0, help.stderr)
    assert.doesNotMatch(help.stderr, /TABLE READ/)
    const wrong = await new Cli(folder, ['check'], watched).ended
    assert.match(wrong.stderr, /TABLE READ/)
  })
})

describe('a list of codes', () => {
  it('says what each means and what to do, once, in the language of the screen', async (t) => {
    const { folder, portal } = await startPlace(t, {
      portal: { statuses: [{ id: 'X', type: 'O', name: 'Особый' }] },
    })
    const ids = [portal.placeOrder({ statusId: 'X' }), portal.placeOrder({ statusId: 'X' })]
    await cli(folder, ['sync'])
    const { means, todo } = documented('STATUS_UNMAPPED')
    const inEnglish = `STATUS_UNMAPPED: ${documented('STATUS_UNMAPPED', 'en').means}`
    const commands = [['jobs', '--state', 'parked'], ['plan'], ['why', 'order', String(ids[0])]]
    for (const args of commands) {
      const russian = lines(await cli(folder, args, { MUFTA_LANG: 'ru' }))
      const at = russian.flatMap((line, index) => (line.startsWith('STATUS_UNMAPPED: ') ? [index] : []))
      assert.equal(at.length, 1, russian.join('\n'))
      assert.equal(russian[at[0] as number], `STATUS_UNMAPPED: ${means}`)
      assert.equal(russian[(at[0] as number) + 1], `  → ${todo}`)
      assert.ok(lines(await cli(folder, args)).includes(inEnglish))
    }
    const parked = await cli(folder, ['jobs', '--state', 'parked'], { MUFTA_LANG: 'ru' })
    assert.match(parked.stdout, /Кода магазина «X» нет в соответствиях «statuses»/)
  })

  it('a pause says why and what to do in Russian', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    portal.placeOrder({})
    configure({ settings: { apiKey: 'SENTINEL-wrong' } })
    const { means, todo } = documented('CLIENT_FORBIDDEN')
    for (const args of [['sync'], ['jobs']]) {
      const shown = lines(await cli(folder, args, { MUFTA_LANG: 'ru' }))
      const at = shown.findIndex((line) => line.startsWith('shop-crm: на паузе: '))
      assert.equal(shown[at], `shop-crm: на паузе: ${means} CLIENT_FORBIDDEN`, shown.join('\n'))
      assert.match(shown[at + 1] ?? '', /^ {2}RetailCRM answered 403/)
      assert.equal(shown[at + 2], `  → ${todo}`)
    }
  })
})

function documented(code: string, lang: 'en' | 'ru' = 'ru') {
  return table[code]?.[lang] ?? assert.fail(`${code} is not documented`)
}

/** Tells when the table of codes is loaded. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    load: (url, context, next) => {
      if (url.endsWith('codes.json')) process.stderr.write('TABLE READ')
      return next(url, context)
    },
  })
`)}`

function lines({ stdout, stderr }: Ended): readonly string[] {
  return stripVTControlCharacters(`${stdout}${stderr}`).split('\n')
}

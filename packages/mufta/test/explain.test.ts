import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { readCodeTable } from '../../../tools/code-table.ts'
import { explain } from '../src/ui/explain.ts'
import { Cli, cli, tempFolder, type Ended } from './helpers/cli.ts'
import { startPlace } from './helpers/place.ts'

const table = await readCodeTable()
const refused = {
  code: 'PORTAL_CREDENTIALS',
  message: 'The portal refused the webhook',
  facts: { httpStatus: 401, systemMessage: 'expired' },
}

describe('an error on the screen', () => {
  it('that has no Russian of its own is told by its documented meaning, its values, its own words and what to do', async () => {
    const { means, todo } = documented('PORTAL_CREDENTIALS')
    assert.match(means, /[а-яё]/)
    const facts = 'статус HTTP: 401; слова системы: expired'
    assert.deepEqual(await explain(refused, 'ru'), { text: means, facts, detail: refused.message, todo })
  })

  it('keeps its words in English, with what to do', async () => {
    const { text, facts, detail, todo } = await explain(refused, 'en')
    assert.deepEqual([text, facts, detail], ['The portal refused the webhook', '', ''])
    assert.match(todo, /administrator/)
  })

  it('does not say twice what to do, and says nothing where nothing is to be done', async () => {
    const ru = 'В /x нет настроек: создайте «mufta init» или укажите --config файл'
    const told = { code: 'CONFIG_NOT_FOUND', message: 'none', ru, facts: { folder: '/x' } }
    assert.equal((await explain(told, 'ru')).todo, '')
    assert.equal((await explain(told, 'ru')).text, ru)
    assert.equal((await explain({ code: 'CLIENT_CLOSED', message: 'closed' }, 'ru')).todo, '')
  })

  it('with a code that nobody documented is told as it came', async () => {
    const own = { code: 'ACME_NO_SUCH_DEPARTMENT', message: 'Acme has no such department' }
    assert.deepEqual(await explain(own, 'ru'), { text: own.message, facts: '', detail: '', todo: '' })
    const ru = 'В Acme нет такого отдела'
    assert.equal((await explain({ ...own, ru }, 'ru')).text, ru)
    assert.equal((await explain({ ...own, ru }, 'en')).text, own.message)
  })

  it('of every documented code is a sentence in the language of the screen, with its facts in words', async () => {
    const codes = Object.keys(table)
    assert.ok(codes.length > 300)
    for (const code of codes) {
      const error = { code, message: 'What was said', facts: { field: 'x', side: 'shop' } }
      const { text, facts, detail } = await explain(error, 'ru')
      assert.match(text, /[а-яё]{2}/i, code)
      assert.deepEqual([facts, detail], ['поле: x; сторона: магазин', 'What was said'], code)
      assert.doesNotMatch(documented(code, 'en').means, /[а-яё]/i, code)
      assert.notEqual(documented(code, 'en').means, '', code)
    }
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
    assert.match(parked.stdout, /придержана +order\/\d+ .*Кода магазина «X» нет в соответствиях «statuses»/)
    assert.doesNotMatch(parked.stdout, /parked|waiting|Shop code/)
    const life = await cli(folder, ['why', 'order', String(ids[0])], { MUFTA_LANG: 'ru' })
    assert.match(life.stdout, /ждёт: 1 \(придержана\)/)
    assert.match(life.stdout, /придержан .* STATUS_UNMAPPED .*попытка: 1/)
    assert.doesNotMatch(life.stdout, /park\b|attempt|Shop code/)
  })

  it('a dead letter tells in Russian what the system said, and the English words as a detail', async (t) => {
    const { folder, portal, configure } = await startPlace(t)
    portal.placeOrder({})
    configure({ settings: { paymentTypes: { '1': 'nosuch', '2': 'nosuch', '3': 'nosuch' } } })
    await cli(folder, ['sync'])
    const { means, todo } = documented('RETAILCRM_NOT_LOADED')
    const list = lines(await cli(folder, ['dead'], { MUFTA_LANG: 'ru' }))
    assert.equal(list[0], `RETAILCRM_NOT_LOADED × 1: ${means}`, list.join('\n'))
    assert.match(list[1] ?? '', /^ {2}система: RetailCRM; .*слова системы: .*nosuch/)
    assert.equal(list[2], `  → ${todo}`)
    const id = /#(\d+)/.exec(list[3] ?? '')?.[1] ?? ''
    const one = lines(await cli(folder, ['dead', 'show', id], { MUFTA_LANG: 'ru' })).join('\n')
    assert.match(one, /слова системы: .*nosuch/)
    assert.match(one, /технически: RetailCRM refused order/)
    assert.match(one, /попыток: 1/)
    const english = await cli(folder, ['dead'])
    assert.match(english.stdout, /RetailCRM refused order \d+: .*nosuch/)
    assert.doesNotMatch(english.stdout, /[а-яё]/)
  })

  it('a finding of check has the documented meaning, the system’s own words and the cure in Russian', async (t) => {
    const { folder, configure } = await startPlace(t)
    configure({ settings: { apiKey: 'SENTINEL-wrong' } })
    const shown = lines(await cli(folder, ['check'], { MUFTA_LANG: 'ru' }))
    const at = shown.findIndex((line) => line.includes('RETAILCRM_KEY_REFUSED'))
    assert.equal(shown[at], `    ✖ ${documented('RETAILCRM_KEY_REFUSED').means} RETAILCRM_KEY_REFUSED`)
    assert.match(shown[at + 1] ?? '', /^ {6}система: RetailCRM; .*статус HTTP: 403; слова системы: /)
    assert.match(shown[at + 2] ?? '', /^ {6}→ Создайте в RetailCRM новый ключ/)
    assert.match(shown[at + 3] ?? '', /^ {6}технически: RetailCRM answered 403/)
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
      assert.match(shown[at + 1] ?? '', /^ {2}система: RetailCRM; .*статус HTTP: 403; слова системы: /)
      assert.equal(shown[at + 2], `  → ${todo}`)
      assert.match(shown[at + 3] ?? '', /^ {2}технически: RetailCRM answered 403/)
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

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cli, json, tempFolder } from './helpers/cli.ts'

/** What stdout gets belongs to the process: help and version are written there by commander. */
const COMMANDS = [
  'demo',
  'init',
  'check',
  'plan',
  'sync',
  'run',
  'install',
  'uninstall',
  'jobs',
  'jobs pause',
  'jobs resume',
  'jobs unpark',
  'dead',
  'dead list',
  'dead show',
  'dead redrive',
  'dead dismiss',
  'why',
  'connector',
  'connector new',
  'sim',
] as const

describe('help and wrong use', () => {
  for (const lang of ['en', 'ru'] as const) {
    it(`every command explains itself in ${lang}`, async (t) => {
      const folder = tempFolder(t)
      for (const command of COMMANDS) {
        const { code, stdout } = await cli(folder, [...command.split(' '), '--help'], { MUFTA_LANG: lang })
        assert.equal(code, 0, command)
        assert.match(stdout, lang === 'en' ? /^Usage: mufta / : /^Вызов: mufta /, command)
        const [, , description = ''] = stdout.split('\n')
        assert.match(description, lang === 'en' ? /^[a-z].{10}/ : /[а-я].{10}/i, command)
        if (lang === 'ru') assert.doesNotMatch(stdout, /display help|Options:|default:/, command)
        for (const line of stdout.split('\n')) assert.ok(line.length <= 100, `${command}: ${line}`)
      }
    })
  }

  it('the top help names every command', async (t) => {
    const { stdout } = await cli(tempFolder(t), ['--help'])
    for (const command of COMMANDS) assert.ok(stdout.includes(`\n  ${command.split(' ')[0]}`), command)
  })

  const wrong = [
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['chek'], /Did you mean check/],
    [['jobs', '--limit', 'x'], /--limit <n>' argument 'x' is invalid.*whole number/],
    [['demo', '--faults', '3'], /from 0 to 0\.5/],
    [['plan', '--since', 'yesterday'], /date such as/],
    [['dead', 'show'], /missing required argument 'id'/],
    [['dead', 'redrive'], /Say which: an id, --code CODE or --all/],
    [['dead', 'dismiss', '1'], /'--reason <text>' not specified/],
    [['jobs', '--state', 'odd'], /idle, waiting, running, parked/],
    [['check', '--config'], /--config needs the name of a file/],
    [['check'], /make one with "mufta init"/],
    [['why', 'deal', '1'], /this version knows "order"/],
    [['sim', 'amocrm'], /portal or retailcrm/],
    [['sim', 'portal', '--frob'], /Unknown option '--frob'/],
    [['connector', 'new', 'Bad Name'], /must look like vendor\.name/],
  ] as const
  for (const [args, message] of wrong) {
    it(`"mufta ${args.join(' ')}" ends with 2 and says what to do`, async (t) => {
      const folder = tempFolder(t)
      const { code, stdout, stderr } = await cli(folder, args)
      assert.equal(code, 2)
      assert.match(stderr, message)
      assert.equal(stdout, '')
      const machine = await cli(folder, [...args, '--json'])
      assert.equal(machine.code, 2)
      assert.ok(json<{ error: { code: string } }>(machine).error.code)
      const russian = await cli(folder, args, { MUFTA_LANG: 'ru' })
      assert.equal(russian.code, 2)
      assert.match(russian.stderr, /[а-я]{3}/i)
    })
  }
})

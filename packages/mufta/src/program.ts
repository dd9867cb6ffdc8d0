import { Command } from 'commander'
import type { CommandContext, ExitCode } from './commands/context.ts'
import { VERSION } from './config/page-folder.ts'
import { addAuthors } from './program/authors.ts'
import { addBridge } from './program/bridge.ts'
import { addKeeping } from './program/keeping.ts'
import type { Leaves } from './program/leaf.ts'
import { addLooking } from './program/looking.ts'
import { addWorking } from './program/working.ts'
import { helpWords } from './ui/help-words.ts'

/** The whole command line; every leaf hands its exit code to `done`. */
export function buildProgram(context: CommandContext, done: (code: ExitCode) => void): Command {
  const { screen } = context
  const { t, lang } = screen
  const program = new Command('mufta')
    .description(
      t(
        'Joins a 1C-Bitrix shop or a Bitrix24 portal with any external system.',
        'Соединяет магазин на 1С-Битрикс или портал Битрикс24 с любой внешней системой.',
      ),
    )
    .version(VERSION, '-V, --version', t('prints the version', 'показывает версию'))
    .helpOption('-h, --help', t('explains a command', 'объясняет команду'))
    .helpCommand('help [command]', t('explains a command', 'объясняет команду'))
    .option(
      '--config <file>',
      t(
        'configuration file (default: mufta.config.ts, .js or .json here)',
        'файл настроек (по умолчанию mufta.config.ts, .js или .json здесь)',
      ),
    )
    .option(
      '--json',
      t('one JSON document, or NDJSON, for programs', 'один документ JSON или NDJSON для программ'),
    )
    // What stands here is inherited by the commands added below.
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError(t('(see --help)', '(смотрите --help)'))
    .configureHelp({
      styleTitle: (title) => helpWords(title, lang),
      styleOptionDescription: (text) => helpWords(text, lang),
    })
    .configureOutput({
      writeOut: screen.print,
      writeErr: (text) => screen.error(text.trimEnd()),
      outputError: (text) => screen.error(helpWords(text, lang).trimEnd()),
    })
    .addHelpText('after', t(FIRST_STEPS_EN, FIRST_STEPS_RU))
  const leaves: Leaves = { context, t, done }
  addWorking(program, leaves)
  addLooking(program, leaves)
  addKeeping(program, leaves)
  addBridge(program, leaves)
  addAuthors(program, leaves)
  return program
}

const FIRST_STEPS_EN = `
First steps:
  mufta demo                 see it work, nothing to configure
  mufta init                 answer the questions: site, external system, mappings
  mufta check                both sides, live; each problem with what to do
  mufta plan                 what a first load would do, without doing it
  mufta sync                 the first load; then "mufta run" for good
When something is odd:
  mufta why order 5012       the life of one order
  mufta jobs --state parked  what waits for you; mufta dead: what gave up
Exit codes: 0 good, 1 found a problem, 2 wrong use.`

const FIRST_STEPS_RU = `
С чего начать:
  mufta demo                 посмотреть, как работает; настраивать ничего не нужно
  mufta init                 ответить на вопросы: сайт, внешняя система, соответствия
  mufta check                обе стороны вживую; у каждой проблемы — что делать
  mufta plan                 что сделает первая загрузка, ничего не делая
  mufta sync                 первая загрузка; дальше «mufta run» насовсем
Если что-то странно:
  mufta why order 5012       жизнь одного заказа
  mufta jobs --state parked  что ждёт вас; mufta dead: что не доставлено
Коды выхода: 0 хорошо, 1 найдена проблема, 2 неверный вызов.`

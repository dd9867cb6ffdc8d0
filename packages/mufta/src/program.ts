import { laneStates } from '@mufta/runtime'
import { Command, Option } from 'commander'
import { check } from './commands/check.ts'
import { connectorNew } from './commands/connector-new.ts'
import type { CommandContext, ExitCode } from './commands/context.ts'
import { deadAct, deadList, deadShow } from './commands/dead.ts'
import { demo } from './commands/demo.ts'
import { init } from './commands/init.ts'
import { jobs, jobsAction } from './commands/jobs.ts'
import { plan } from './commands/plan.ts'
import { run } from './commands/run.ts'
import { sim } from './commands/sim.ts'
import { syncAll } from './commands/sync.ts'
import { why } from './commands/why.ts'
import { addBridge } from './program-bridge.ts'
import { toCount } from './ui/to-count.ts'

type Done = (code: ExitCode) => void

/** The whole command line; every leaf hands its exit code to `done`. */
export function buildProgram(setting: CommandContext, done: Done): Command {
  const { t } = setting.screen
  const program = new Command('mufta')
    .description(
      t(
        'Joins a 1C-Bitrix shop or a Bitrix24 portal with any external system.',
        'Соединяет магазин на 1С-Битрикс или портал Битрикс24 с любой внешней системой.',
      ),
    )
    .version('0.1.0')
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
    .exitOverride()
    .showHelpAfterError(t('(see --help)', '(смотрите --help)'))
    .addHelpText('after', t(FIRST_STEPS_EN, FIRST_STEPS_RU))
  const context = (): CommandContext => setting
  const act = (work: (context: CommandContext) => Promise<ExitCode>) => async () =>
    done(await work(context()))

  start(program, t, context, done, act)
  look(program, t, context, done)
  addBridge(program, t, context, done)
  for (const command of allCommands(program)) command.exitOverride()
  return program
}

function start(
  program: Command,
  t: Text,
  context: () => CommandContext,
  done: Done,
  act: (work: (context: CommandContext) => Promise<ExitCode>) => () => Promise<void>,
): void {
  program
    .command('demo')
    .description(
      t(
        'shows the main job on simulated systems: 500 orders out, 200 changes back, one hard kill',
        'показывает главное на имитаторах: 500 заказов туда, 200 изменений обратно, одно жёсткое убийство',
      ),
    )
    .option('--orders <n>', t('orders placed', 'сколько заказов'), toCount, 500)
    .option('--changes <n>', t('orders changed in the CRM', 'сколько заказов менять в CRM'), toCount, 200)
    .option(
      '--faults <share>',
      t('share of requests that fail in some way, 0 to 0.5', 'доля запросов со сбоем, от 0 до 0.5'),
      toShare,
      0.05,
    )
    .option('--keep', t('leave everything running at the end', 'оставить всё работать'))
    .action(async (options: { orders: number; changes: number; faults: number; keep?: boolean }) =>
      done(await demo(context(), options)),
    )
  program
    .command('init')
    .description(
      t(
        'asks what is needed, checks it live, writes mufta.config.json and .env',
        'спрашивает нужное, проверяет вживую, пишет mufta.config.json и .env',
      ),
    )
    .option(
      '--webhook <url>',
      t('inbound webhook of the site or portal', 'входящий вебхук сайта или портала'),
    )
    .option('--connector <name>', t('built-in name, package or path', 'встроенное имя, пакет или путь'))
    .option('--name <name>', t('name of the connection', 'имя соединения'))
    .option(
      '--set <key=value...>',
      t('a setting of the connector, repeatable', 'настройка коннектора, можно повторять'),
    )
    .option(
      '--allow-host <host...>',
      t(
        'private host that may be reached, e.g. 127.0.0.1:*',
        'разрешённый частный адрес, например 127.0.0.1:*',
      ),
    )
    .option('--yes', t('ask nothing', 'ничего не спрашивать'))
    .action(async (options: Parameters<typeof init>[1]) => done(await init(context(), options)))
  program
    .command('run')
    .description(
      t(
        'runs everything until a signal; logs are NDJSON on stdout',
        'работает до сигнала; журнал NDJSON в stdout',
      ),
    )
    .action(act(run))
  program
    .command('check')
    .description(
      t(
        'checks both sides live and says what to do; changes nothing',
        'проверяет обе стороны вживую и говорит, что делать; ничего не меняет',
      ),
    )
    .argument('[connection]')
    .action(async (connection: string | undefined) => done(await check(context(), connection)))
  program
    .command('plan')
    .description(
      t(
        'what a sync would create, change and skip, field by field; writes nothing',
        'что создаст, изменит и пропустит загрузка, по полям; ничего не пишет',
      ),
    )
    .argument('[connection]')
    .option('--limit <n>', t('orders looked at', 'сколько заказов смотреть'), toCount, 1000)
    .option('--since <date>', t('only orders changed since, ISO date', 'только изменённые с даты ISO'))
    .action(async (connection: string | undefined, options: { limit: number; since?: string }) =>
      done(await plan(context(), { ...options, ...named(connection) })),
    )
  program
    .command('sync')
    .description(
      t(
        'loads all orders once, with a progress bar; stopped, it goes on where it was',
        'загружает все заказы один раз с индикатором; после остановки продолжает',
      ),
    )
    .argument('[connection]')
    .option('--since <date>', t('only orders changed since, ISO date', 'только изменённые с даты ISO'))
    .action(async (connection: string | undefined, options: { since?: string }) =>
      done(await syncAll(context(), { ...options, ...named(connection) })),
    )
  program
    .command('connector')
    .description(t('tools for authors of connectors', 'инструменты автора коннектора'))
    .command('new')
    .description(
      t('a connector to start from, with tests that pass', 'заготовка коннектора с проходящими тестами'),
    )
    .argument('<vendor.name>')
    .option(
      '--folder <path>',
      t('where to put it (default: connectors/<name>)', 'куда положить (по умолчанию connectors/<имя>)'),
    )
    .action(async (id: string, options: { folder?: string }) =>
      done(await connectorNew(context(), id, options.folder)),
    )
  program
    .command('sim')
    .description(
      t(
        'starts a simulated portal or RetailCRM for development',
        'запускает имитатор портала или RetailCRM для разработки',
      ),
    )
    .argument('<system>', 'portal | retailcrm')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (system: string, _options: unknown, command: Command) =>
      done(await sim(context(), system, command.args.slice(1))),
    )
}

function look(program: Command, t: Text, context: () => CommandContext, done: Done): void {
  const queue = program
    .command('jobs')
    .description(t('what waits, runs and is parked', 'что ждёт, выполняется и придержано'))
    .option('--connection <name>')
    .addOption(new Option('--state <state>').choices(laneStates))
    .option('--limit <n>', t('lanes listed', 'сколько очередей показать'), toCount, 50)
    .action(async (options: Parameters<typeof jobs>[1]) => done(await jobs(context(), options)))
  for (const action of ['pause', 'resume'] as const) {
    queue
      .command(action)
      .argument('<connection>')
      .action(async (connection: string) => done(await jobsAction(context(), action, { connection })))
  }
  queue
    .command('unpark')
    .description(t('tries parked lanes again', 'повторяет придержанные очереди'))
    .argument('<connection>')
    .option('--lane <lane>')
    .option('--code <code>', t('only those parked for this reason', 'только придержанные по этой причине'))
    .action(async (connection: string, options: { lane?: string; code?: string }) =>
      done(await jobsAction(context(), 'unpark', { connection, ...options })),
    )

  const dead = program
    .command('dead')
    .description(
      t(
        'dead letters by cause; show, redrive, dismiss',
        'недоставленные по причинам; show, redrive, dismiss',
      ),
    )
    .option('--connection <name>')
    .option('--code <code>')
    .action(async (options: { connection?: string; code?: string }) =>
      done(await deadList(context(), options)),
    )
  dead
    .command('show')
    .argument('<id>', '', toCount)
    .action(async (id: number) => done(await deadShow(context(), id)))
  dead
    .command('redrive')
    .description(
      t(
        'puts one, or all (of a cause), back into their lanes',
        'возвращает одно или все (по причине) в очередь',
      ),
    )
    .argument('[id]', '', toCount)
    .option('--all')
    .option('--connection <name>')
    .option('--code <code>')
    .action(async (id: number | undefined, options: BulkOptions) =>
      done(await bulk(context(), id, options, null)),
    )
  dead
    .command('dismiss')
    .description(
      t(
        'drops one, or all (of a cause), with a reason for the journal',
        'снимает одно или все (по причине) с причиной для журнала',
      ),
    )
    .argument('[id]', '', toCount)
    .requiredOption('--reason <text>')
    .option('--all')
    .option('--connection <name>')
    .option('--code <code>')
    .action(async (id: number | undefined, options: BulkOptions & { reason: string }) =>
      done(await bulk(context(), id, options, options.reason)),
    )

  program
    .command('why')
    .description(
      t(
        'one record’s life: events, reads, writes, echoes, binding, what it waits for',
        'жизнь одной записи: события, чтения, записи, эхо, связь, чего ждёт',
      ),
    )
    .argument('<entity>', 'order')
    .argument('<id>', t('id in the shop or in the external system', 'id в магазине или во внешней системе'))
    .option('--connection <name>')
    .action(async (entity: string, id: string, options: { connection?: string }) =>
      done(await why(context(), entity, id, options.connection)),
    )
}

interface BulkOptions {
  readonly all?: boolean
  readonly connection?: string
  readonly code?: string
}

async function bulk(
  context: CommandContext,
  id: number | undefined,
  { all, connection, code }: BulkOptions,
  reason: string | null,
): Promise<ExitCode> {
  if (id === undefined && all !== true && code === undefined) {
    context.screen.error(
      context.screen.t('Say which: an id, --code CODE or --all', 'Укажите что: id, --code КОД или --all'),
    )
    return 2
  }
  return deadAct(
    context,
    { ...(id === undefined ? {} : { id }), ...named(connection), ...(code === undefined ? {} : { code }) },
    reason,
  )
}

type Text = CommandContext['screen']['t']

function named(connection: string | undefined): { connection?: string } {
  return connection === undefined ? {} : { connection }
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child as Command)]) as Command[]
}

function toShare(text: string): number {
  const value = Number(text)
  if (!(value >= 0 && value <= 0.5)) throw new RangeError(`"${text}" is not between 0 and 0.5`)
  return value
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

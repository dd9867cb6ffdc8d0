import type { LaneState } from '@mufta/runtime'
import { Option, type Command } from 'commander'
import type { CommandContext, ExitCode } from '../commands/context.ts'
import type { JobsOptions } from '../commands/jobs.ts'
import { named, toCount } from './arguments.ts'
import { examples, type Leaves } from './leaf.ts'

// Not the runtime's own list: loading the runtime would make every --help slow.
const STATES = ['idle', 'waiting', 'running', 'parked'] as const satisfies readonly LaneState[]

/** What an operator asks when something is odd. */
export function addLooking(program: Command, leaves: Leaves): void {
  addJobs(program, leaves)
  addDead(program, leaves)
  addWhy(program, leaves)
}

function addJobs(program: Command, leaves: Leaves): void {
  const { context, t, done } = leaves
  const only = t('only of this connection', 'только этого соединения')
  const queue = program
    .command('jobs')
    .description(t('what waits, runs and is parked', 'что ждёт, выполняется и придержано'))
    .option('--connection <name>', only)
    .addOption(
      new Option('--state <state>', t('lanes in this state', 'очереди в этом состоянии')).choices(STATES),
    )
    .option('--limit <n>', t('lanes listed', 'сколько очередей показать'), toCount(t), 50)
    .addHelpText(
      'after',
      examples(
        leaves,
        ['mufta jobs --state parked', 'what waits for you, and why', 'что ждёт вас и почему'],
        ['mufta jobs unpark shop-crm', 'try it all again', 'попробовать всё снова'],
      ),
    )
    .action(async (options: JobsOptions) =>
      done(await (await import('../commands/jobs.ts')).jobs(context, options)),
    )
  const words = {
    pause: t('holds a connection until you resume it', 'останавливает соединение, пока вы его не продолжите'),
    resume: t('lets a paused connection go on', 'продолжает остановленное соединение'),
  }
  for (const action of ['pause', 'resume'] as const) {
    queue
      .command(action)
      .description(words[action])
      .argument('<connection>')
      .action(async (connection: string) =>
        done(await (await import('../commands/jobs.ts')).jobsAction(context, action, { connection })),
      )
  }
  queue
    .command('unpark')
    .description(t('tries parked lanes again', 'повторяет придержанные очереди'))
    .argument('<connection>')
    .option('--lane <lane>', t('only this one, e.g. order/5012', 'только эту, например order/5012'))
    .option('--code <code>', t('only those parked for this reason', 'только придержанные по этой причине'))
    .action(async (connection: string, options: { lane?: string; code?: string }) =>
      done(
        await (await import('../commands/jobs.ts')).jobsAction(context, 'unpark', { connection, ...options }),
      ),
    )
}

function addDead(program: Command, leaves: Leaves): void {
  const { context, t, done } = leaves
  const only = t('only of this connection', 'только этого соединения')
  const cause = t('only of this cause', 'только по этой причине')
  const all = t('all that match', 'все подходящие')
  const number = t('number of the dead letter', 'номер недоставленного')
  const dead = program
    .command('dead')
    .description(
      t(
        'dead letters by cause; show, redrive, dismiss',
        'недоставленные по причинам; show, redrive, dismiss',
      ),
    )
    .option('--connection <name>', only)
    .option('--code <code>', cause)
    .addHelpText(
      'after',
      examples(
        leaves,
        ['mufta dead show 7', 'one, with its cause', 'одно, с причиной'],
        [
          'mufta dead redrive --code CLIENT_REFUSED',
          'all of one cause, again',
          'все по одной причине, снова',
        ],
      ),
    )
    .action(async (options: { connection?: string; code?: string }) =>
      done(await (await import('../commands/dead.ts')).deadList(context, options)),
    )
  dead
    .command('list')
    .description(t('the same as "mufta dead"', 'то же, что «mufta dead»'))
    .option('--connection <name>', only)
    .option('--code <code>', cause)
    .action(async (options: object) =>
      done(await (await import('../commands/dead.ts')).deadList(context, { ...dead.opts(), ...options })),
    )
  dead
    .command('show')
    .description(t('one dead letter with its cause', 'одно недоставленное с причиной'))
    .argument('<id>', number, toCount(t))
    .action(async (id: number) => done(await (await import('../commands/dead.ts')).deadShow(context, id)))
  dead
    .command('redrive')
    .description(
      t(
        'puts one, or all (of a cause), back into their lanes',
        'возвращает одно или все (по причине) в очередь',
      ),
    )
    .argument('[id]', number, toCount(t))
    .option('--all', all)
    .option('--connection <name>', only)
    .option('--code <code>', cause)
    .action(async (id: number | undefined, options: BulkOptions) =>
      done(await bulk(context, id, { ...dead.opts(), ...options }, null)),
    )
  dead
    .command('dismiss')
    .description(
      t(
        'drops one, or all (of a cause), with a reason for the journal',
        'снимает одно или все (по причине) с причиной для журнала',
      ),
    )
    .argument('[id]', number, toCount(t))
    .requiredOption('--reason <text>', t('kept in the journal', 'останется в журнале'))
    .option('--all', all)
    .option('--connection <name>', only)
    .option('--code <code>', cause)
    .action(async (id: number | undefined, options: BulkOptions & { reason: string }) =>
      done(await bulk(context, id, { ...dead.opts(), ...options }, options.reason)),
    )
}

function addWhy(program: Command, { context, t, done }: Leaves): void {
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
    .option('--connection <name>', t('only of this connection', 'только этого соединения'))
    .action(async (entity: string, id: string, options: { connection?: string }) =>
      done(await (await import('../commands/why.ts')).why(context, entity, id, options.connection)),
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
  const { screen } = context
  if (id === undefined && all !== true && code === undefined) {
    screen.data({ error: { code: 'USAGE', message: 'Say which: an id, --code CODE or --all' } })
    screen.error(screen.t('Say which: an id, --code CODE or --all', 'Укажите что: id, --code КОД или --all'))
    return 2
  }
  return (await import('../commands/dead.ts')).deadAct(
    context,
    { ...(id === undefined ? {} : { id }), ...named(connection), ...(code === undefined ? {} : { code }) },
    reason,
  )
}

import type { Command } from 'commander'
import type { InitOptions } from '../commands/init.ts'
import { named, toCount, toDate, toShare, toSome } from './arguments.ts'
import { examples, type Leaves } from './leaf.ts'

/** From the first look to the daily work. */
export function addWorking(program: Command, leaves: Leaves): void {
  addDemo(program, leaves)
  addInit(program, leaves)
  addCheck(program, leaves)
  addLoad(program, leaves)
  addRun(program, leaves)
  addInstall(program, leaves)
}

function addDemo(program: Command, { context, t, done }: Leaves): void {
  program
    .command('demo')
    .description(
      t(
        'shows the main job on simulated systems: 500 orders out, 200 changes back, one hard kill',
        'показывает главное на имитаторах: 500 заказов туда, 200 изменений обратно, один kill −9',
      ),
    )
    .option('--orders <n>', t('orders placed', 'сколько заказов'), toSome(t), 500)
    .option('--changes <n>', t('orders changed in the CRM', 'сколько заказов менять в CRM'), toCount(t), 200)
    .option(
      '--faults <share>',
      t('share of requests that fail in some way, 0 to 0.5', 'доля запросов со сбоем, от 0 до 0.5'),
      toShare(t),
      0.05,
    )
    .option('--keep', t('leave everything running at the end', 'оставить всё работать'))
    .action(async (options: { orders: number; changes: number; faults: number; keep?: boolean }) =>
      done(await (await import('../commands/demo.ts')).demo(context, options)),
    )
}

function addInit(program: Command, { context, t, done }: Leaves): void {
  program
    .command('init')
    .description(
      t(
        'asks what is needed, writes mufta.config.json and .env, checks both sides live',
        'спрашивает нужное, пишет mufta.config.json и .env, проверяет обе стороны вживую',
      ),
    )
    .option(
      '--webhook <url>',
      t('inbound webhook of the site or portal', 'входящий вебхук сайта или портала'),
    )
    .option(
      '--application-token <token>',
      t(
        'token that the portal sends with its events; without it the site is polled',
        'токен, который портал шлёт с событиями; без него сайт опрашивается',
      ),
    )
    .option(
      '--bridge',
      t('the site is joined by our module inside it', 'сайт соединяется нашим модулем внутри него'),
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
    .addHelpText('after', t(INIT_EXAMPLE_EN, INIT_EXAMPLE_RU))
    .action(async (options: InitOptions) =>
      done(await (await import('../commands/init.ts')).init(context, options)),
    )
}

function addCheck(program: Command, { context, t, done }: Leaves): void {
  program
    .command('check')
    .description(
      t(
        'checks both sides live and says what to do; changes nothing',
        'проверяет обе стороны вживую и говорит, что делать; ничего не меняет',
      ),
    )
    .argument('[connection]', t('only this one', 'только это'))
    .action(async (connection: string | undefined) =>
      done(await (await import('../commands/check.ts')).check(context, connection)),
    )
}

function addLoad(program: Command, { context, t, done }: Leaves): void {
  const since = t('only orders placed since, ISO date', 'только оформленные с даты ISO')
  program
    .command('plan')
    .description(
      t(
        'what a sync would create, change and skip, field by field; writes nothing',
        'что создаст, изменит и пропустит загрузка, по полям; ничего не пишет',
      ),
    )
    .argument('[connection]', t('only this one', 'только это'))
    .option('--limit <n>', t('orders looked at', 'сколько заказов смотреть'), toCount(t), 1000)
    .option('--since <date>', since, toDate(t))
    .action(async (connection: string | undefined, options: { limit: number; since?: string }) =>
      done(await (await import('../commands/plan.ts')).plan(context, { ...options, ...named(connection) })),
    )
  program
    .command('sync')
    .description(
      t(
        'loads all orders once, with a progress bar; stopped, it goes on where it was',
        'загружает все заказы один раз с индикатором; после остановки продолжает',
      ),
    )
    .argument('[connection]', t('only this one', 'только это'))
    .option('--since <date>', since, toDate(t))
    .action(async (connection: string | undefined, options: { since?: string }) =>
      done(
        await (await import('../commands/sync.ts')).syncAll(context, { ...options, ...named(connection) }),
      ),
    )
}

function addRun(program: Command, { context, t, done }: Leaves): void {
  program
    .command('run')
    .description(
      t(
        'runs everything until a signal; logs are NDJSON on stdout',
        'работает до сигнала; журнал NDJSON в stdout',
      ),
    )
    .action(async () => done(await (await import('../commands/run.ts')).run(context)))
}

function addInstall(program: Command, leaves: Leaves): void {
  const { context, t, done } = leaves
  const words = {
    install: t(
      'subscribes to the site’s events and sets up the external system; safe to run twice',
      'подписывается на события сайта и настраивает внешнюю систему; можно повторять',
    ),
    uninstall: t(
      'takes away what "mufta install" set up; safe to run twice',
      'убирает то, что сделала «mufta install»; можно повторять',
    ),
  }
  for (const action of ['install', 'uninstall'] as const) {
    program
      .command(action)
      .description(words[action])
      .argument('[connection]', t('only this one', 'только это'))
      .option(
        '--url <url>',
        t(
          'public address of this Mufta (default: http.publicUrl of the configuration)',
          'адрес этой Mufta снаружи (по умолчанию http.publicUrl из настроек)',
        ),
      )
      .addHelpText(
        'after',
        examples(leaves, [
          `mufta ${action} --url https://mufta.example.ru`,
          'all connections',
          'все соединения',
        ]),
      )
      .action(async (connection: string | undefined, options: { url?: string }) =>
        done(
          await (
            await import('../commands/install.ts')
          ).install(context, { ...options, ...named(connection) }, action),
        ),
      )
  }
}

const INIT_COMMAND = `
  mufta init --yes --webhook "$HOOK" --set url=https://demo.retailcrm.ru \\
    apiKey="$KEY" 'statuses={"N":"new","F":"complete"}'`
const INIT_EXAMPLE_EN = `\nWithout questions, for a script (secrets from the environment):${INIT_COMMAND}`
const INIT_EXAMPLE_RU = `\nБез вопросов, для скрипта (секреты из окружения):${INIT_COMMAND}`

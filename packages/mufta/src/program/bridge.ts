import type { Command } from 'commander'
import type { BuildCommand } from '../commands/bridge.ts'
import type { TrialCommand } from '../commands/bridge-site.ts'
import { toCount } from './arguments.ts'
import type { Leaves } from './leaf.ts'

/** The module inside a 1C-Bitrix site. */
export function addBridge(program: Command, { context, t, done }: Leaves): void {
  const command = program
    .command('bridge')
    .description(
      t(
        'the module inside a 1C-Bitrix site: build, verify, pair',
        'модуль внутри сайта на 1С-Битрикс: build, verify, pair',
      ),
    )
  command
    .command('build')
    .description(t('makes the site module of a connector', 'собирает модуль сайта для коннектора'))
    .requiredOption(
      '--connector <name>',
      t('built-in name, package or path', 'встроенное имя, пакет или путь'),
    )
    .requiredOption('--out <path>', t('folder for the module, or a .zip', 'папка для модуля или файл .zip'))
    .option(
      '--id <vendor.name>',
      t('id of the module (default: the connector’s)', 'id модуля (по умолчанию как у коннектора)'),
    )
    .option(
      '--module-version <x.y.z>',
      t('version (default: the connector’s)', 'версия (по умолчанию как у коннектора)'),
    )
    .option('--force', t('replace what is there', 'заменить то, что там есть'))
    .action(async (options: BuildCommand) =>
      done(await (await import('../commands/bridge.ts')).bridgeBuild(context, options)),
    )
  command
    .command('verify')
    .description(t('checks a built module without a site', 'проверяет собранный модуль без сайта'))
    .argument('<path>', t('folder or zip', 'папка или zip'))
    .action(async (path: string) =>
      done(await (await import('../commands/bridge.ts')).bridgeVerify(context, path)),
    )
  command
    .command('pair')
    .description(
      t('a one-time code for the module’s settings page', 'одноразовый код для страницы настроек модуля'),
    )
    .argument('<connection>')
    .action(async (connection: string) =>
      done(await (await import('../commands/bridge.ts')).bridgePair(context, connection)),
    )
  command
    .command('settings')
    .description(
      t(
        'takes the settings typed on the site to where the connection is kept; secrets to .env or the vault',
        'переносит настройки, введённые на сайте, туда, где хранится соединение; секреты — в .env или хранилище',
      ),
    )
    .argument('<connection>')
    .action(async (connection: string) =>
      done(await (await import('../commands/bridge-site.ts')).bridgeSettings(context, connection)),
    )
  command
    .command('trial')
    .description(
      t(
        'goes through the bridge of a trial site, step by step; docs/en/bridge-trial-checklist.md',
        'проходит мост пробного сайта по шагам; docs/ru/bridge-trial-checklist.md',
      ),
    )
    .argument('<connection>')
    .requiredOption('--order <id>', t('an order of the trial site', 'заказ пробного сайта'))
    .option(
      '--write',
      t('writes its comment and takes it back', 'пишет его комментарий и возвращает прежний'),
    )
    .option(
      '--wait <seconds>',
      t('for a save of the order in the admin', 'ждать сохранения заказа в админке'),
      toCount(t),
      0,
    )
    .action(async (connection: string, options: TrialCommand) =>
      done(await (await import('../commands/bridge-site.ts')).bridgeTrial(context, connection, options)),
    )
}

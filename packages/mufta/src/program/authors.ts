import type { Command } from 'commander'
import { examples, type Leaves } from './leaf.ts'

/** Tools for those who write connectors. */
export function addAuthors(program: Command, leaves: Leaves): void {
  const { context, t, done } = leaves
  program
    .command('connector')
    .description(t('tools for authors of connectors', 'инструменты автора коннектора'))
    .command('new')
    .description(
      t('a connector to start from, with tests that pass', 'заготовка коннектора с проходящими тестами'),
    )
    .argument('<vendor.name>', t('its id, e.g. acme.crm', 'его код, например acme.crm'))
    .option(
      '--folder <path>',
      t('where to put it (default: connectors/<name>)', 'куда положить (по умолчанию connectors/<имя>)'),
    )
    .action(async (id: string, options: { folder?: string }) =>
      done(await (await import('../commands/connector-new.ts')).connectorNew(context, id, options.folder)),
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
    .argument('[options...]', t('of that system', 'параметры этой системы'))
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      'after',
      examples(
        leaves,
        ['mufta sim portal --orders 20', 'a portal with orders', 'портал с заказами'],
        ['mufta sim portal -- --help', 'its options', 'его параметры'],
      ),
    )
    .action(async (system: string, args: readonly string[]) =>
      done(await (await import('../commands/sim.ts')).sim(context, system, args)),
    )
}

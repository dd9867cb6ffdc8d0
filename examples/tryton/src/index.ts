import { defineConnector, poll, sync, type Connector, type DictionaryEntry } from '@mufta/kit'
import { pullChanges } from './changes.ts'
import { check } from './check.ts'
import { TrytonClient } from './client.ts'
import { installer } from './installer.ts'
import { saleMapper } from './mapper.ts'
import { saleStates, type Sale } from './sale.ts'
import { findSale, readSales } from './sales.ts'
import { settingsSchema, type TrytonSettings } from './settings.ts'
import { createSale, updateSale } from './write-sale.ts'

/** The shop's orders as sales of the Tryton ERP (6.0), and their states back. */
const tryton: Connector<TrytonClient, TrytonSettings> = defineConnector<TrytonClient, TrytonSettings>({
  id: 'tryton.erp',
  version: '0.1.0',
  title: { en: 'Tryton ERP', ru: 'Tryton ERP' },
  settings: settingsSchema,
  open: ({ settings, allowHosts, budgets, log }) =>
    new TrytonClient({
      url: settings.url,
      database: settings.database,
      user: settings.user,
      password: settings.password,
      budget: budgets.get(`tryton ${settings.url} ${settings.database}`, { perSecond: 20, burst: 20 }),
      allowHosts,
      log,
    }),
  close: (client) => client.close(),
  flows: (settings) => [
    sync<TrytonClient, Sale, TrytonSettings>('order', {
      mapper: saleMapper(settings),
      read: readSales,
      find: findSale,
      // Tryton accepts a second sale with the same reference.
      findFirst: true,
      create: createSale,
      update: (client, id, changes, context) => updateSale(client, id, changes, context),
      changes: poll(pullChanges, ({ pollSeconds }) => pollSeconds),
    }),
  ],
  dictionaries: async (client, options) => ({
    states: saleStates.map((code) => ({ code, name: code, active: true })),
    paymentTerms: await names(client, 'account.invoice.payment_term', options?.signal),
  }),
  check,
  installer,
})

async function names(
  client: TrytonClient,
  model: string,
  signal: AbortSignal | undefined,
): Promise<readonly DictionaryEntry[]> {
  const rows = await client.read<{ readonly name: string }>(model, [], ['name'], {
    ...(signal && { signal }),
  })
  return rows.map(({ name }) => ({ code: name, name, active: true }))
}

export default tryton

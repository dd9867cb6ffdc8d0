// Starts a whole runtime with everything on, does an order, stops it and leaves: run as a process of its own.
import { createLog } from '../../src/log.ts'
import { startRuntime } from '../../src/runtime.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import { NAME, partsOf, until } from './bench.ts'
import { FakeCrm } from './fake-crm.ts'
import { FakeShop } from './fake-shop.ts'

const shop = new FakeShop({ queue: true })
const crm = new FakeCrm()
const store = await openSqliteStore({ path: process.argv[2] ?? ':memory:' })
const runtime = await startRuntime({
  store,
  connections: [partsOf(shop, crm, { settings: { bulkSize: 10 } })],
  log: createLog({
    level: 'error',
    redact: (line) => line,
    write: (line) => void process.stdout.write(line),
  }),
  http: { host: '127.0.0.1', port: 0 },
})
await fetch(`${runtime.url}/metrics`).then((response) => response.text())
shop.place('1')
await runtime.backfill(NAME)
await until(() => store.countBindings(NAME) === 1, 'the order to arrive')
await runtime.stop()
await store.close()
process.stdout.write('stopped\n')

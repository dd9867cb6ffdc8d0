import { once } from 'node:events'
import { startRuntime, type RuntimeOptions } from '@mufta/runtime'
import {
  configSecrets,
  openConnections,
  openLog,
  openStore,
  prepareConnections,
  settingsSecrets,
  type Opened,
} from '../config/open.ts'
import { openVault } from '../config/open-bridge.ts'
import { pairRoute } from '../bridge/pair-route.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

type Routes = NonNullable<NonNullable<RuntimeOptions['http']>['routes']>

/** How long running attempts may take after a stop signal. */
const STOP_MS = 15_000

/** `mufta run`: intake, workers, schedules and HTTP in one process, until a signal. Logs are NDJSON on stdout. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const loaded = await configOf(context)
  const prepared = await prepareConnections(loaded)
  const secrets = [...configSecrets(loaded.config), ...settingsSecrets(prepared)]
  const log = openLog(loaded, (line) => process.stdout.write(line), secrets)
  const store = await openStore(loaded, 'runtime')
  try {
    const { http, concurrency } = loaded.config
    await using runtime = await startRuntime({
      store,
      connections: openConnections({ loaded, store, log }, prepared),
      log,
      http: { host: http.host, port: http.port, routes: pairing({ loaded, store, log }) },
      ...(concurrency === undefined ? {} : { concurrency }),
    })
    log.info({ url: runtime.url, connections: prepared.map(({ name }) => name) }, 'Mufta is running')
    if (!context.signal.aborted) await once(context.signal, 'abort')
    log.info({}, 'Stopping: running attempts finish, the rest goes back to the queue')
    await runtime.stop({ deadlineMs: STOP_MS })
  } finally {
    await store.close()
  }
  log.info({}, 'Stopped')
  return 0
}

/** Only where a site is to be paired; elsewhere the address does not exist. */
function pairing(opened: Opened): Routes {
  const { connections, security } = opened.loaded.config
  const isWanted = Object.values(connections).some(
    ({ site }) => site.kind === 'bridge' && site.secret === undefined,
  )
  if (!isWanted) return () => {}
  const vault = openVault(opened.loaded)
  const { store, log } = opened
  return pairRoute(() => ({ store, vault, log, allowHosts: security.allowHosts, clock: Date.now }))
}

import { once } from 'node:events'
import { PermanentError } from '@mufta/kit'
import { startRuntime, type Runtime, type RuntimeOptions } from '@mufta/runtime'
import { openVault } from '../config/open-bridge.ts'
import { openConnections, openLog, openStore, type Opened } from '../config/open.ts'
import { prepareConnections } from '../config/prepare.ts'
import { pairRoute } from '../bridge/pair-route.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

type Routes = NonNullable<NonNullable<RuntimeOptions['http']>['routes']>

/** How long running attempts may take after a stop signal. */
const STOP_MS = 15_000

/** `mufta run`: intake, workers, schedules and HTTP in one process, until a signal. Logs are NDJSON on stdout. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const loaded = await configOf(context)
  const prepared = await prepareConnections(loaded)
  const log = openLog(loaded, prepared, (line) => process.stdout.write(line))
  const store = await openStore(loaded, 'runtime')
  try {
    const { http, concurrency } = loaded.config
    await using runtime = await listening({
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

/** The address may be taken or forbidden: say which and what to do. @throws PermanentError `HTTP_NOT_LISTENING` */
async function listening(options: RuntimeOptions & { readonly http: object }): Promise<Runtime> {
  try {
    return await startRuntime(options)
  } catch (cause) {
    const systemCode =
      cause instanceof Error && 'syscall' in cause && 'code' in cause ? String(cause.code) : ''
    const why = LISTEN_PROBLEMS[systemCode]
    if (why === undefined) throw cause
    const { host, port } = options.http
    throw new PermanentError(
      'HTTP_NOT_LISTENING',
      `Cannot listen on ${host}:${port}: ${why}; change "http" in the configuration`,
      { facts: { host, port, systemCode }, cause },
    )
  }
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has this port (is Mufta running already?)',
  EACCES: 'this user may not use this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine has no such address',
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

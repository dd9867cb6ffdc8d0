import { once } from 'node:events'
import { MuftaError, PermanentError } from '@mufta/kit'
import { announceKeys, startRuntime, type Admin, type Runtime, type RuntimeOptions } from '@mufta/runtime'
import { openHouse, type House } from '../config/house.ts'
import { inviteLink } from '../config/invite-link.ts'
import { openStore } from '../config/open.ts'
import { pairRoute } from '../bridge/pair-route.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

type Routes = NonNullable<NonNullable<RuntimeOptions['http']>['routes']>

/** How long running attempts may take after a stop signal. */
const STOP_MS = 15_000

/** `mufta run`: intake, workers, schedules, HTTP and the admin page in one process, until a signal. Logs are NDJSON on stdout. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const loaded = await configOf(context)
  const house = await openHouse(loaded, {
    openStore: () => openStore(loaded, 'runtime'),
    write: (line) => process.stdout.write(line),
  })
  const { store, parts, log, vault } = house
  try {
    await announceKeys(store, vault)
    const { http, concurrency } = loaded.config
    await using runtime = await listening({
      store,
      connections: parts,
      log,
      http: { host: http.host, port: http.port, routes: routesOf(house) },
      ...(concurrency === undefined ? {} : { concurrency }),
    })
    log.info({ url: runtime.url, connections: parts.map(({ name }) => name) }, 'Mufta is running')
    await greetFirst(context, house, runtime)
    if (!context.signal.aborted) await once(context.signal, 'abort')
    log.info({}, 'Stopping: running attempts finish, the rest goes back to the queue')
    await runtime.stop({ deadlineMs: STOP_MS })
  } finally {
    await store.close()
  }
  log.info({}, 'Stopped')
  return 0
}

/** The admin page; where secrets can be kept, sites may pair as well. */
function routesOf({ admin, vault, store, log }: House): Routes {
  if (vault === null) return admin.routes
  const pairing = pairRoute(() => ({
    store,
    vault,
    log,
    allowHosts: (name) => hostsOf(admin.registry, name),
    clock: Date.now,
  }))
  return (app, runtime) => {
    pairing(app, runtime)
    admin.routes(app, runtime)
  }
}

/** Those of the connection beside those of the configuration; null = there is no such connection. */
async function hostsOf(registry: Admin['registry'], name: string): Promise<readonly string[] | null> {
  const shown = await registry.view(name).catch((error: unknown) => {
    if (error instanceof MuftaError && error.code === 'CONNECTION_UNKNOWN') return null
    throw error
  })
  return shown === null ? null : [...shown.commonHosts, ...shown.security.allowHosts]
}

/** Where nobody can sign in yet, whoever started Mufta makes the first administrator. No log line: the link is a key. */
async function greetFirst(
  { screen }: CommandContext,
  { admin, loaded }: House,
  { url }: Runtime,
): Promise<void> {
  if (!(await admin.access.needsFirstAdmin())) return
  const { token } = await admin.access.invite('mufta run', 'admin', null)
  const link = inviteLink(loaded, token, url)
  screen.error(
    screen.t(
      `The admin page has no user yet. Make the first administrator (once, within 24 hours):\n  ${link}`,
      `На странице администратора ещё нет пользователей. Создайте первого администратора (один раз, в течение суток):\n  ${link}`,
    ),
  )
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
      {
        en: `Cannot listen on ${host}:${port}: ${why}; change "http" in the configuration`,
        ru: `Не удаётся слушать ${host}:${port}: порт занят (Mufta уже запущена?) или запрещён; измените «http» в настройках`,
      },
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

import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { TrytonStaff } from './tryton-rpc.ts'
import { setUpCompany } from './tryton-setup.ts'

export interface Tryton {
  /** Origin of the server, without the database's path. */
  readonly url: string
  /** "127.0.0.1:port", for `allowHosts`. */
  readonly host: string
  readonly database: string
  readonly user: string
  readonly password: string
  /** The SQLite file, for tests that must reach behind the API. */
  readonly file: string
  /** Somebody who works in the ERP. */
  readonly staff: TrytonStaff
  close(): Promise<void>
}

const database = 'shop'
const user = 'admin'
const password = 'admin-pass-1'
const startLimitMs = 60_000

/** Why the tests against the real server are skipped, or false when they can run. In CI they always run. */
export const skipTryton: string | false =
  !process.env['CI'] && findProgram('trytond') === null
    ? 'Tryton is not installed: apt-get install --no-install-recommends tryton-server tryton-modules-sale'
    : false

/**
 * Starts a fresh Tryton on a free port with a copy of the company that was set up once (about 25 s, kept under the
 * temporary folder; a copy and a start take 2-3 s). null when trytond is not installed; in CI that is an error.
 */
export async function startTryton(): Promise<Tryton | null> {
  if (findProgram('trytond') === null || findProgram('trytond-admin') === null) {
    if (process.env['CI'])
      throw new Error('CI must have trytond: install tryton-server and tryton-modules-sale')
    return null
  }
  const master = await prepareDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'mufta-tryton-run-'))
  try {
    await copyFile(master, join(folder, `${database}.sqlite`))
    return await launch(folder)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** The set-up database: built once for this set-up, then only copied. */
async function prepareDatabase(): Promise<string> {
  const source = readFileSync(join(import.meta.dirname, 'tryton-setup.ts'))
  const mark = createHash('sha256').update(source).digest('hex').slice(0, 12)
  const cache = join(tmpdir(), `mufta-tryton-${mark}`)
  const master = join(cache, `${database}.sqlite`)
  if (existsSync(master)) return master

  const folder = await mkdtemp(join(tmpdir(), 'mufta-tryton-setup-'))
  try {
    await createDatabase(folder)
    const server = await launch(folder, { keepFolder: true })
    try {
      await setUpCompany(server.staff)
    } finally {
      await server.close()
    }
    await mkdir(cache, { recursive: true })
    // A rename within one folder tree is atomic: another process sees all of the file or none.
    await rename(join(folder, `${database}.sqlite`), master)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return master
}

async function createDatabase(folder: string): Promise<void> {
  await writeFile(join(folder, `${database}.sqlite`), '')
  await writeFile(join(folder, 'password'), password)
  const config = await writeConfig(folder, 0)
  const log = await open(join(folder, 'setup.log'), 'a')
  const options = [
    '-c',
    config,
    '-d',
    database,
    '--email',
    'admin@example.com',
    '-u',
    'sale',
    '--activate-dependencies',
  ]
  const child = spawn(requireProgram('trytond-admin'), options, {
    env: { ...process.env, TRYTONPASSFILE: join(folder, 'password') },
    stdio: ['ignore', log.fd, log.fd],
  })
  try {
    const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(300_000) })) as [number | null]
    if (code !== 0)
      throw new Error(`trytond-admin failed:\n${readFileSync(join(folder, 'setup.log'), 'utf8')}`)
  } finally {
    await stop(child)
    await log.close()
  }
}

async function launch(folder: string, options: { readonly keepFolder?: boolean } = {}): Promise<Tryton> {
  const port = await freePort()
  const config = await writeConfig(folder, port)
  const log = await open(join(folder, 'server.log'), 'a')
  const child = spawn(requireProgram('trytond'), ['-c', config], { stdio: ['ignore', log.fd, log.fd] })
  const url = `http://127.0.0.1:${port}`
  try {
    await whenReady(url, child)
  } catch (error) {
    await stop(child)
    await log.close()
    const text = readFileSync(join(folder, 'server.log'), 'utf8')
    throw new Error(`trytond did not start:\n${text}`, { cause: error })
  }
  const staff = new TrytonStaff({ url: `${url}/${database}/`, user, password })
  let closing: Promise<void> | null = null
  return {
    url,
    host: `127.0.0.1:${port}`,
    database,
    user,
    password,
    file: join(folder, `${database}.sqlite`),
    staff,
    close: () => (closing ??= close()),
  }

  async function close(): Promise<void> {
    await stop(child)
    await log.close()
    if (options.keepFolder !== true) await rm(folder, { recursive: true, force: true })
  }
}

/** The path in the configuration must be absolute: Tryton resolves a relative one elsewhere. */
async function writeConfig(folder: string, port: number): Promise<string> {
  const file = join(folder, 'trytond.conf')
  await writeFile(
    file,
    `[web]\nlisten = 127.0.0.1:${port}\n[database]\nuri = sqlite://\npath = ${folder}\n[session]\nauthentications = password\n`,
  )
  return file
}

async function whenReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startLimitMs
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`trytond ended with code ${child.exitCode}`)
    try {
      await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 1, method: 'common.server.version', params: [] }),
        signal: AbortSignal.timeout(5_000),
      })
      return
    } catch {
      // Not listening yet.
      await sleep(50)
    }
  }
  throw new Error('trytond does not listen')
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), 3_000)
  await exited
  clearTimeout(killer)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

function findProgram(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

function requireProgram(name: string): string {
  const path = findProgram(name)
  if (path === null) throw new Error(`${name} is not installed`)
  return path
}

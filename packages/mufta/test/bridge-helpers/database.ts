import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGuarded, waitFor } from './child.ts'

export interface DatabaseServer {
  readonly socket: string
  /** Makes an empty site database and returns its name. */
  create(): string
  drop(name: string): void
}

const schema = new URL('../../bridge/shim/sql/schema.sql', import.meta.url)

/** Everything is thrown away afterwards, so nothing needs to reach a disk. */
const FAST = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-log-file-size=8M',
  '--innodb-buffer-pool-size=48M',
  '--performance-schema=0',
  '--skip-log-bin',
]

let server: Promise<DatabaseServer> | undefined

/** One private MariaDB for this test process: a socket in a temporary folder, no network. It ends with the process. */
export function databaseServer(): Promise<DatabaseServer> {
  server ??= start()
  return server
}

async function start(): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(fastFolder(), 'mufta-db-'))
  cpSync(freshData(), join(folder, 'data'), { recursive: true })
  const socket = join(folder, 's.sock')
  const files = [
    `--datadir=${join(folder, 'data')}`,
    `--socket=${socket}`,
    `--pid-file=${join(folder, 'pid')}`,
  ]
  const args = ['--no-defaults', ...files, '--user=root', '--skip-networking', ...FAST]
  const daemon = startGuarded('mariadbd', args, { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` })
  process.once('exit', () => {
    daemon.killHard()
    rmSync(folder, { recursive: true, force: true })
  })
  await waitFor(() => existsSync(socket) && client(socket, 'SELECT 1') === '1\n', 'MariaDB to answer', 30_000)
  daemon.detach()
  const tables = readFileSync(schema, 'utf8')
  return {
    socket,
    create: () => {
      const name = `shop_${randomBytes(6).toString('hex')}`
      client(
        socket,
        `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE ${name}; ${tables}`,
      )
      return name
    },
    drop: (name) => {
      client(socket, `DROP DATABASE IF EXISTS ${name}`)
    },
  }
}

function client(socket: string, sql: string): string {
  const args = [
    '--no-defaults',
    `--socket=${socket}`,
    '-uroot',
    '--default-character-set=utf8mb4',
    '-N',
    '-B',
  ]
  const done = spawnSync('mariadb', args, { input: sql, encoding: 'utf8', timeout: 30_000 })
  if (done.status === 0) return done.stdout
  if (sql === 'SELECT 1') return ''
  throw new Error(`MariaDB refused: ${done.stderr}`)
}

/** A data folder just set up: made once per machine, and copied for every run. */
function freshData(): string {
  const version =
    /Ver (\S+)/.exec(spawnSync('mariadbd', ['--version'], versionOptions).stdout)?.[1] ?? 'unknown'
  const folder = join(fastFolder(), `mufta-mariadb-${version}-${process.getuid?.() ?? 0}`)
  if (existsSync(folder)) return folder
  const draft = mkdtempSync(join(fastFolder(), 'mufta-mariadb-draft-'))
  const args = [
    '--no-defaults',
    `--datadir=${draft}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  execFileSync('mariadb-install-db', [...args, '--user=root', '--innodb-log-file-size=8M'], {
    stdio: 'ignore',
  })
  try {
    renameSync(draft, folder)
  } catch {
    // Another test process was faster.
    rmSync(draft, { recursive: true, force: true })
  }
  return folder
}

const versionOptions = {
  encoding: 'utf8',
  env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
} as const

function fastFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
}

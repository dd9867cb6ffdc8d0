import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  startPortal,
  startRetailCrm,
  type PortalOptions,
  type RetailCrmOptions,
  type SimulatedPortal,
  type SimulatedRetailCrm,
} from '@mufta/testing'

const main = fileURLToPath(new URL('../../mufta/src/main.ts', import.meta.url))
const seed = fileURLToPath(new URL('./seed.ts', import.meta.url))
/** What the tests call their one connection. */
export const connection = 'shop-crm'
const startMs = 20_000

export interface RealMuftaOptions {
  /** Orders in the store from the beginning, each of them undelivered. @default 0 */
  readonly orders?: number
  readonly portal?: PortalOptions
  readonly crm?: RetailCrmOptions
}

/** A real Mufta over an empty store, between a simulated portal and a simulated RetailCRM. */
export interface RealMufta extends AsyncDisposable {
  readonly url: string
  /** The one-time link that `mufta run` printed for the first administrator. */
  readonly firstLink: string
  /** The vault's key, base64. */
  readonly vaultKey: string
  readonly portal: SimulatedPortal
  readonly crm: SimulatedRetailCrm
  /** What Mufta has written to stdout and stderr so far. */
  readonly output: () => string
}

export async function startRealMufta(options: RealMuftaOptions = {}): Promise<RealMufta> {
  const folder = await mkdtemp(join(tmpdir(), 'mufta-admin-'))
  const portal = await startPortal({ limits: false, ...options.portal })
  const crm = await startRetailCrm({ requestsPerSecond: 0, ...options.crm })
  const config = {
    store: 'sqlite:./mufta.db',
    http: { port: 0 },
    security: { allowHosts: ['127.0.0.1:*'] },
    log: { level: 'debug' },
    connections: {},
  }
  await writeFile(join(folder, 'mufta.config.json'), JSON.stringify(config))
  if (options.orders !== undefined)
    await promisify(execFile)(process.execPath, [
      seed,
      join(folder, 'mufta.db'),
      connection,
      `${options.orders}`,
    ])
  const vaultKey = randomBytes(32).toString('base64')
  const child = spawn(process.execPath, [main, 'run'], {
    cwd: folder,
    env: { ...process.env, MUFTA_KEYS: `test:${vaultKey}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (told += text))
  const close = async () => {
    await stop(child)
    await Promise.all([portal.close(), crm.close()])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const firstLink = await linkOf(child, () => told)
    return {
      url: new URL(firstLink).origin,
      firstLink,
      vaultKey,
      portal,
      crm,
      output: () => told,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function linkOf(child: ChildProcess, told: () => string): Promise<string> {
  const signal = AbortSignal.timeout(startMs)
  for (;;) {
    const link = /http:\/\/\S+\/admin\/#\/first\?token=\S+/.exec(told())?.[0]
    if (link !== undefined) return link
    if (child.exitCode !== null) throw new Error(`Mufta ended before it printed a link: ${told()}`)
    await Promise.race([once(child, 'exit'), once(child.stderr as NodeJS.ReadableStream, 'data', { signal })])
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

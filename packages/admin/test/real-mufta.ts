import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPortal, startRetailCrm, type SimulatedPortal, type SimulatedRetailCrm } from '@mufta/testing'

const main = fileURLToPath(new URL('../../mufta/src/main.ts', import.meta.url))
const startMs = 20_000

/** A real Mufta over an empty store, between a simulated portal and a simulated RetailCRM. */
export interface RealMufta extends AsyncDisposable {
  readonly url: string
  /** The one-time link that `mufta run` printed for the first administrator. */
  readonly firstLink: string
  readonly portal: SimulatedPortal
  readonly crm: SimulatedRetailCrm
}

export async function startRealMufta(): Promise<RealMufta> {
  const folder = await mkdtemp(join(tmpdir(), 'mufta-admin-'))
  const portal = await startPortal({ limits: false })
  const crm = await startRetailCrm({ requestsPerSecond: 0 })
  const config = {
    store: 'sqlite:./mufta.db',
    http: { port: 0 },
    security: { allowHosts: ['127.0.0.1:*'] },
    connections: {},
  }
  await writeFile(join(folder, 'mufta.config.json'), JSON.stringify(config))
  const child = spawn(process.execPath, [main, 'run'], {
    cwd: folder,
    env: { ...process.env, MUFTA_KEYS: `test:${randomBytes(32).toString('base64')}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const close = async () => {
    await stop(child)
    await Promise.all([portal.close(), crm.close()])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const firstLink = await linkOf(child)
    return { url: new URL(firstLink).origin, firstLink, portal, crm, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

async function linkOf(child: ChildProcess): Promise<string> {
  let told = ''
  const signal = AbortSignal.timeout(startMs)
  for await (const [chunk] of anyOutput(child, signal)) {
    told += String(chunk)
    const link = /http:\/\/\S+\/admin\/#\/first\?token=\S+/.exec(told)?.[0]
    if (link !== undefined) return link
  }
  throw new Error(`Mufta printed no link: ${told}`)
}

async function* anyOutput(child: ChildProcess, signal: AbortSignal): AsyncGenerator<unknown[]> {
  child.stdout?.resume()
  while (child.stderr !== null) yield once(child.stderr, 'data', { signal })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

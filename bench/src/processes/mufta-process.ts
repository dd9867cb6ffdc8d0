import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const CONNECTION = 'shop-crm'
const MAIN = fileURLToPath(new URL('../../../packages/mufta/src/main.ts', import.meta.url))
const READY_MS = 20_000

export interface Systems {
  readonly webhook: string
  readonly applicationToken: string
  readonly crmUrl: string
  readonly crmKey: string
  readonly pollSeconds: number
}

/** `mufta run` as its users run it: a process of its own, a store on disk, a configuration file. */
export class MuftaProcess implements AsyncDisposable {
  readonly folder: string
  readonly #port: number
  #child: ChildProcess | null = null

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.#port = port
  }

  /** Writes the configuration; nothing runs yet. */
  static async prepare(folder: string, systems: Systems): Promise<MuftaProcess> {
    const made = new MuftaProcess(folder, await freePort())
    await writeFile(join(folder, 'mufta.config.json'), JSON.stringify(configOf(systems, made.#port)))
    return made
  }

  get hookUrl(): string {
    return `http://127.0.0.1:${this.#port}/hooks/${CONNECTION}/site`
  }

  get storePath(): string {
    return join(this.folder, 'mufta.db')
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const log = openSync(join(this.folder, 'mufta.log'), 'a')
    const profile = process.env['MUFTA_BENCH_PROFILE']
    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
    const child = spawn(process.execPath, [...flags, MAIN, 'run', '--config', 'mufta.config.json'], {
      cwd: this.folder,
      stdio: ['ignore', log, log],
    })
    this.#child = child
    const deadline = Date.now() + READY_MS
    while (Date.now() < deadline && child.exitCode === null) {
      if (await this.#isReady()) return
      await sleep(20)
    }
    throw new Error(`Mufta did not become ready: ${(await this.log()).slice(-2000)}`)
  }

  /** Processor time used so far, as its metrics tell it. */
  async cpuSeconds(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/metrics`)
    return Number(/^mufta_process_cpu_seconds_total (\S+)/m.exec(await answer.text())?.[1] ?? 0)
  }

  log(): Promise<string> {
    return readFile(join(this.folder, 'mufta.log'), 'utf8')
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #isReady(): Promise<boolean> {
    const address = `http://127.0.0.1:${this.#port}/readyz`
    const answer = await fetch(address, { signal: AbortSignal.timeout(1000) }).catch(() => null)
    return answer?.ok === true
  }
}

function configOf(systems: Systems, port: number): unknown {
  const unlimited = 100_000
  return {
    store: 'sqlite:./mufta.db',
    http: { host: '127.0.0.1', port },
    security: { allowHosts: ['127.0.0.1:*'] },
    log: { level: 'warn' },
    connections: {
      [CONNECTION]: {
        site: {
          kind: 'rest',
          webhook: systems.webhook,
          applicationToken: systems.applicationToken,
          pollSeconds: 3600,
          sweepSeconds: 3600,
          limits: { perSecond: unlimited, burst: unlimited },
        },
        connector: 'retailcrm',
        mode: 'test',
        settings: {
          url: systems.crmUrl,
          apiKey: systems.crmKey,
          requestsPerSecond: unlimited,
          pollSeconds: systems.pollSeconds,
          statuses: { N: 'new', A: 'assembling', P: 'prepayed', S: 'delivering', F: 'complete' },
          paymentTypes: { '1': 'cash', '2': 'bank-card', '3': 'bank-transfer' },
          deliveryTypes: { '1': 'self-delivery', '2': 'courier', '3': 'self-delivery', '4': 'courier' },
        },
      },
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PermanentError } from '@mufta/kit'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const READY_MS = 15_000

/** `mufta run` as a process of its own, so that it can be killed for real. */
export class RuntimeProcess {
  readonly #folder: string
  readonly #url: string
  #child: ChildProcess | null = null

  constructor(folder: string, port: number) {
    this.#folder = folder
    this.#url = `http://127.0.0.1:${port}`
  }

  get logFile(): string {
    return join(this.#folder, 'mufta.log')
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts it and waits until it is ready. @throws PermanentError `DEMO_NOT_READY` */
  async start(signal: AbortSignal): Promise<void> {
    const log = openSync(this.logFile, 'a')
    const child = spawn(process.execPath, [MAIN, 'run', '--config', 'mufta.config.json'], {
      cwd: this.#folder,
      stdio: ['ignore', log, log],
    })
    this.#child = child
    const deadline = Date.now() + READY_MS
    while (Date.now() < deadline && child.exitCode === null && !signal.aborted) {
      if (await this.#isReady()) return
      await sleep(50)
    }
    throw new PermanentError('DEMO_NOT_READY', `Mufta did not become ready; its log: ${this.logFile}`)
  }

  /** kill −9: no chance to tidy up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  async #isReady(): Promise<boolean> {
    const answer = await fetch(`${this.#url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => null,
    )
    return answer?.ok === true
  }
}

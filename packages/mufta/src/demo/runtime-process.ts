import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AbortedError, PermanentError } from '@mufta/kit'

const MAIN = fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url))
const READY_MS = 30_000

/** `mufta run` as a process of its own, so that it can be killed for real. It never outlives this one. */
export class RuntimeProcess {
  readonly #folder: string
  readonly #url: string
  readonly #onExit = (): void => void this.#child?.kill('SIGKILL')
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

  /** Starts it and waits until it is ready. @throws PermanentError `DEMO_NOT_READY`, AbortedError */
  async start(signal: AbortSignal): Promise<void> {
    const child = this.#spawn()
    this.#child = child
    process.on('exit', this.#onExit)
    const deadline = Date.now() + READY_MS
    while (Date.now() < deadline && child.exitCode === null && !signal.aborted) {
      if (await this.#isReady()) return
      await sleep(50)
    }
    if (signal.aborted) throw new AbortedError('DEMO_STOPPED', 'The demo was stopped')
    throw new PermanentError('DEMO_NOT_READY', `Mufta did not become ready; its log: ${this.logFile}`)
  }

  /** kill −9: no chance to tidy up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  #spawn(): ChildProcess {
    const log = openSync(this.logFile, 'a')
    try {
      return spawn(process.execPath, [MAIN, 'run', '--config', 'mufta.config.json'], {
        cwd: this.#folder,
        stdio: ['ignore', log, log],
        // In a group of its own: Ctrl+C in the terminal ends the demo, and the demo ends this.
        detached: true,
      })
    } finally {
      closeSync(log)
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    process.off('exit', this.#onExit)
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  async #isReady(): Promise<boolean> {
    const answer = await fetch(`${this.#url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => null,
    )
    return answer?.ok === true
  }
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { main } from '../../src/cli.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const LIMIT_MS = 60_000

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Env = Readonly<Record<string, string>>

/** Runs one command in this process: quick, for whatever needs no signal. */
export async function cli(folder: string, args: readonly string[], env: Env = {}): Promise<Ended> {
  const out = collector()
  const err = collector()
  const code = await main(args, {
    cwd: folder,
    env: { MUFTA_LANG: 'en', ...env },
    stdout: out.stream,
    stderr: err.stream,
  })
  return { code, stdout: out.text(), stderr: err.text() }
}

/** The command line as a process of its own. */
export class Cli {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''

  constructor(folder: string, args: readonly string[], env: Env = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      // Nothing of the tester's own surroundings, but the cache that makes starts quick.
      env: { ...kept('PATH'), ...kept('NODE_COMPILE_CACHE'), MUFTA_LANG: 'en', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = once(this.child, 'close').then(() => ({
      code: this.child.exitCode,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal)
    return this.ended
  }
}

export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-cli-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The one JSON document of a command with --json: more or less than one is an error. */
export function json<T = Record<string, unknown>>({ stdout }: Ended): T {
  return JSON.parse(stdout) as T
}

/** The lines of NDJSON. */
export function ndjson<T = Record<string, unknown>>({ stdout }: Ended): readonly T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

function kept(name: string): Env {
  const value = process.env[name]
  return value === undefined ? {} : { [name]: value }
}

function collector(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  const chunks: Buffer[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
  // What a command uses of a terminal's stream, a pipe has too.
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => Buffer.concat(chunks).toString() }
}

import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'

interface LockedPackage {
  readonly link?: boolean
  readonly dev?: boolean
}

const ROOT = join(import.meta.dirname, '../..')
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|ENETUNREACH/
const LIMIT_MS = 120_000

/** What a stranger has after `npm install`: a folder outside the workspace with the packed packages, by npm. */
export class Installed implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mufta-installed-'))

  /** Packs and installs. A reason = it cannot be tried here: npm has neither what it needs nor a registry. */
  async install(): Promise<string | null> {
    await this.run(execPath, ['tools/pack.ts', join(this.folder, 'packs')], { cwd: ROOT })
    const packs = readdirSync(join(this.folder, 'packs')).map((name) => `file:packs/${name}`)
    const dependencies = Object.fromEntries(packs.map((path) => [nameOf(path), path]))
    this.write('package.json', { name: 'stranger', private: true, type: 'module', dependencies })
    this.write('package-lock.json', locked())
    const install = ['install', '--no-audit', '--no-fund', '--fetch-retries=0', '--fetch-timeout=30000']
    try {
      await this.run('npm', [...install, '--offline']).catch(() => this.run('npm', install))
      return null
    } catch (error) {
      const isAlone = error instanceof Error && UNREACHABLE.test(error.message)
      if (isAlone && (process.env['CI'] ?? '') === '')
        return 'npm has neither the dependencies in its cache nor a registry'
      throw error
    }
  }

  /** Runs a program in the folder, and returns what it prints. @throws Error with its stderr */
  async run(
    command: string,
    args: readonly string[],
    options: { readonly cwd?: string } = {},
  ): Promise<string> {
    const { stdout } = await promisify(execFile)(command, args, { ...this.#surroundings(), ...options })
    return stdout
  }

  /** Runs the installed command as its users do. */
  mufta(...args: readonly string[]): Promise<string> {
    return this.run('npx', ['mufta', ...args])
  }

  start(command: string, args: readonly string[]): Running {
    return new Running(spawn(command, args, { ...this.#surroundings(), stdio: ['ignore', 'pipe', 'ignore'] }))
  }

  /** A text, or an object as JSON; folders on the way are made. */
  write(path: string, content: object | string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** This Node and the tester's own surroundings, without those of the npm script and the test runner. */
  #surroundings() {
    const kept = Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_(?!config_(cache|registry|userconfig)$)|NODE_TEST_CONTEXT$|NODE_COMPILE_CACHE$)/.test(name),
    )
    const path = [dirname(execPath), process.env['PATH'] ?? ''].join(delimiter)
    const env = { ...Object.fromEntries(kept), PATH: path, MUFTA_LANG: 'en' }
    return { cwd: this.folder, env, timeout: LIMIT_MS, killSignal: 'SIGKILL' as const }
  }
}

/** "file:packs/mufta-kit-0.1.0.tgz" → "@mufta/kit": how npm names a tarball, undone. */
function nameOf(path: string): string {
  return basename(path)
    .replace(/-\d.*$/, '')
    .replace(/^mufta-/, '@mufta/')
}

class Running implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, null>
  readonly #lines: AsyncIterator<string>

  constructor(child: ChildProcessByStdio<null, Readable, null>) {
    this.#child = child
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  }

  /** Waits for a line of its stdout with this text in it. @throws Error when it ends without one */
  async line(text: string): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done === true) throw new Error(`It ended without a line with "${text}"`)
      if (value.includes(text)) return value
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }
}

/** The workspace's versions of what is not ours: found in npm's cache, and no news of others can break the test. */
function locked(): object {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>
  }
  const packages = Object.entries(lock.packages).filter(
    ([path, { link, dev }]) => path.startsWith('node_modules/') && link !== true && dev !== true,
  )
  return {
    name: 'stranger',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'stranger' }, ...Object.fromEntries(packages) },
  }
}

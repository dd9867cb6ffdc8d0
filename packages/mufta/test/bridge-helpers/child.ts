import { spawn, type ChildProcess } from 'node:child_process'

export interface GuardedProcess {
  /** Process group of the program and its children. */
  readonly group: number
  readonly child: ChildProcess
  /** Everything the program printed so far. */
  output(): string
  /** kill −9 of the whole group. */
  killHard(): void
}

/**
 * Starts a program in a process group of its own that dies with this process, however it ends: a shell waits for the
 * end of its input and then kills the group.
 */
export async function startGuarded(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<GuardedProcess> {
  const script = 'set -m; "$@" </dev/null & p=$!; echo "group $p"; cat >/dev/null; kill -9 -- -$p 2>/dev/null'
  const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await waitFor(() => /^group \d+$/m.test(text), `${program} to start`, 5000)
  const group = Number(/^group (\d+)$/m.exec(text)?.[1])
  return {
    group,
    child,
    output: () => text,
    killHard: () => {
      try {
        process.kill(-group, 'SIGKILL')
      } catch {
        // It is gone already.
      }
      child.stdin.end()
    },
  }
}

export async function waitFor(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 10_000,
): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

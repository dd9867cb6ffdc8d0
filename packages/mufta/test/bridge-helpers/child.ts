import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'

export interface GuardedProcess {
  readonly child: ChildProcess
  /** Everything the program printed so far. */
  output(): string
  /** kill −9 of the program and everything it started. */
  killHard(): void
  /** This process may end while the program runs. */
  detach(): void
}

/**
 * Starts a program in a process group of its own that dies with this process, however it ends: a shell waits for the
 * end of its input and then kills the group, itself included.
 */
export function startGuarded(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): GuardedProcess {
  const script = '"$@" </dev/null & cat >/dev/null; kill -9 0'
  const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return {
    child,
    output: () => text,
    killHard: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      process.kill(-child.pid, 'SIGKILL')
    },
    detach: () => {
      child.unref()
      for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket).unref()
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

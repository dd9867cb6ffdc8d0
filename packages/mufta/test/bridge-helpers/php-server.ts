import { readFileSync, readdirSync } from 'node:fs'
import { startGuarded, waitFor } from './child.ts'

export interface PhpServer {
  /** http://127.0.0.1:port */
  readonly url: string
  /** Process ids of the workers (without the parent). */
  workers(): readonly number[]
  isRunning(): boolean
  /** kill −9 of the parent and all workers. */
  killHard(): void
  close(): Promise<void>
}

/** PHP's own web server over a document root. With one worker it serves one request at a time. Port 0 = any free one. */
export async function servePhp(
  root: string,
  workers: number,
  options: readonly string[],
  port = 0,
): Promise<PhpServer> {
  const env = { PHP_CLI_SERVER_WORKERS: String(workers) }
  // Its cache of compiled files looks at each file anew, so that a test may change settings and code.
  const args = [...options, '-d', 'opcache.revalidate_freq=0', '-S', `127.0.0.1:${port}`, '-t', root]
  const guarded = startGuarded('php', args, env)
  const started = /Development Server \((http:\/\/127\.0\.0\.1:\d+)\) started/g
  const url = (): string | undefined => started.exec(guarded.output())?.[1]
  let address: string | undefined
  await waitFor(() => (address ??= url()) !== undefined, 'the PHP server to start')
  let isKilled = false
  const hasEnded = (): boolean => guarded.child.exitCode !== null || guarded.child.signalCode !== null
  const isRunning = (): boolean => !isKilled && !hasEnded()
  return {
    url: address ?? '',
    workers: () => {
      const php = childrenOf(guarded.child.pid ?? 0).find((pid) => nameOf(pid).startsWith('php'))
      return php === undefined ? [] : childrenOf(php)
    },
    isRunning,
    killHard: () => {
      isKilled = true
      guarded.killHard()
    },
    close: async () => {
      guarded.killHard()
      await waitFor(hasEnded, 'PHP to end')
    },
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
  } catch {
    // It ended in the meantime.
    return ''
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    // It ended in the meantime.
    return undefined
  }
}

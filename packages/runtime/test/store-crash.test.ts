import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { Store } from '../src/store/store.ts'
import { shop, take } from './store-suite/place.ts'

const ROUNDS = 4
const child = join(import.meta.dirname, 'store-crash-child.ts')

describe('kill -9', () => {
  test('loses no acknowledged job, repeats no finished one, and frees the file', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'mufta-store-'))
    t.after(() => rm(folder, { recursive: true }))
    const path = join(folder, 'mufta.db')
    const acknowledged = new Set<number>()
    const finished = new Set<number>()
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const line of await runAndKill(path, 20 + round * 30)) {
        const target = line.startsWith('+') ? acknowledged : finished
        target.add(Number(line.slice(1)))
      }
    }
    assert.ok(acknowledged.size > 100, `only ${acknowledged.size} jobs were pushed`)

    await using store = await openSqliteStore({ path })
    const left = await drain(store)
    const journalled = doneJobs(store)
    assert.deepEqual(
      [...acknowledged].filter((id) => !journalled.has(id)),
      [],
      'lost',
    )
    assert.deepEqual(
      [...left].filter((id) => finished.has(id)),
      [],
      'repeated',
    )
  })
})

/** Lets a child work for some milliseconds after its first push, kills it, returns its whole lines. */
async function runAndKill(path: string, ms: number): Promise<readonly string[]> {
  const process = spawn(globalThis.process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  process.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  await once(process.stdout, 'data')
  await sleep(ms)
  process.kill('SIGKILL')
  await once(process, 'close')
  return output.split('\n').slice(0, -1)
}

async function drain(store: Store): Promise<ReadonlySet<number>> {
  const done = new Set<number>()
  for (;;) {
    const leases = await take(store, 100)
    if (leases.length === 0) return done
    await Promise.all(leases.map((lease) => store.done(lease)))
    for (const { jobs } of leases) for (const { id } of jobs) done.add(id)
  }
}

function doneJobs(store: Store): ReadonlySet<number> {
  const rows = store.journalTail({ connection: shop, kind: 'done', after: 0, limit: 1_000_000 })
  return new Set(rows.flatMap(({ job, detail }) => (detail?.['jobs'] as number[] | undefined) ?? [job ?? 0]))
}

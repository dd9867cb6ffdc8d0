import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { demo, type DemoOptions } from '../src/commands/demo.ts'
import type { DemoReport } from '../src/demo/report.ts'
import type { Screen } from '../src/ui/screen.ts'
import { Cli, json, tempFolder } from './helpers/cli.ts'

describe('mufta demo', () => {
  it('with --json prints only the report, and it is good', async (t) => {
    const folder = tempFolder(t)
    const options = ['--orders', '12', '--changes', '4', '--faults', '0.02', '--json']
    const ended = await new Cli(folder, ['demo', ...options], { TMPDIR: folder }).ended
    assert.equal(ended.code, 0, ended.stderr)
    assert.equal(ended.stderr, '')
    const report = json<DemoReport>(ended)
    const { placed, arrived, lost, doubled, changed, statusesBack, kills, ok } = report
    assert.deepEqual(
      { placed, arrived, lost, doubled, changed, statusesBack, kills, ok },
      { placed: 12, arrived: 12, lost: 0, doubled: 0, changed: 4, statusesBack: 4, kills: 1, ok: true },
    )
    assert.deepEqual(demoFolders(folder), [], 'its folder is gone')
  })

  it('ends with 1 when a total differs or a status is lost', async () => {
    const { code, report } = await judged({
      ...{ orders: 2, changes: 1, faults: 0 },
      harm: ({ portal, crm }) => {
        crm.userEdit(crm.orders()[0]?.id ?? 0, { discountManualAmount: '100' })
        for (const order of portal.orders()) portal.editOrder(Number(order['id']), { statusId: 'N' })
      },
    })
    assert.deepEqual([code, report?.wrongTotals, report?.statusesBack, report?.lost], [1, 1, 0, 0])
  })

  it('ends with 1 when orders do not arrive', async () => {
    const { code, report } = await judged({ orders: 30, changes: 1, faults: 0.5, stallMs: 1 })
    assert.equal(code, 1)
    assert.ok((report?.lost ?? 0) > 0)
  })

  it('stopped by Ctrl+C leaves no process and no folder', async (t) => {
    const folder = tempFolder(t)
    const running = new Cli(folder, ['demo', '--orders', '200'], { TMPDIR: folder })
    // Never killed hard: that would leave its runtime behind.
    t.after(() => running.end('SIGTERM'))
    while (!running.stdout.includes('requests:')) {
      assert.equal(running.child.exitCode, null, running.stderr)
      await sleep(10)
    }
    const children = childrenOf(running.child.pid ?? 0)
    assert.equal(children.length, 1)
    const ended = await running.end('SIGINT')
    assert.equal(ended.code, 1)
    assert.match(ended.stderr, /stopped before its end/)
    assert.ok(children.every((pid) => !isAlive(pid)))
    assert.deepEqual(demoFolders(folder), [])
  })
})

async function judged(options: DemoOptions): Promise<{ code: number; report: DemoReport | undefined }> {
  let report: DemoReport | undefined
  const screen: Screen = {
    ...{ lang: 'en', json: true, isTty: false, columns: 80, t: (en) => en },
    ...{ line: () => undefined, error: () => undefined, print: () => undefined },
    ...{ live: () => undefined, settle: () => undefined },
    data: (value) => void (report = value as DemoReport),
  }
  const { signal } = new AbortController()
  const code = await demo({ screen, cwd: tmpdir(), env: {}, configFile: undefined, signal }, options)
  return { code, report }
}

function demoFolders(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('mufta-demo-'))
}

/** Linux only, where the tests run. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .map(Number)
}

function parentOf(pid: number): number {
  try {
    // "pid (name) state parent …"; a name may hold spaces.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return 0 // it has ended meanwhile
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

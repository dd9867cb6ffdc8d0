import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PermanentError, RetryableError } from '@mufta/kit'
import { Loader } from '../src/loader.ts'
import { Gate } from './fakes/faults.ts'

/** A loader of "value of <id>" that notes its reads. */
function loader(size = 10, parallel = 4, read?: (ids: readonly string[]) => Promise<void>) {
  const reads: (readonly string[])[] = []
  const made = new Loader<string>({
    size,
    parallel,
    read: async (ids) => {
      reads.push(ids)
      await read?.(ids)
      return new Map(ids.filter((id) => id !== 'absent').map((id) => [id, `value of ${id}`]))
    },
  })
  return { reads, load: made.load.bind(made) }
}

describe('a loader', () => {
  it('turns reads of the same moment into one, and each gets its own answer', async () => {
    const { reads, load } = loader()
    assert.deepEqual(await Promise.all([load('1'), load('2'), load('absent'), load('1')]), [
      'value of 1',
      'value of 2',
      undefined,
      'value of 1',
    ])
    assert.deepEqual(reads, [['1', '2', 'absent']])
  })

  it('splits what is more than one read may hold', async () => {
    const { reads, load } = loader(3)
    await Promise.all(['1', '2', '3', '4', '5', '6', '7'].map((id) => load(id)))
    assert.deepEqual(
      reads.map((ids) => ids.length),
      [3, 3, 1],
    )
  })

  it('reads again for what is asked while a read is under way: that one may have been too early', async () => {
    const gate = new Gate()
    const { reads, load } = loader(10, 4, () => gate.pass())
    const first = load('1')
    await new Promise(setImmediate)
    assert.equal(gate.waiting, 1)
    const second = load('1')
    gate.open()
    await Promise.all([first, second])
    assert.deepEqual(reads, [['1'], ['1']])
  })

  it('keeps no more reads under way than allowed, and what waits goes together', async () => {
    const gate = new Gate()
    const { reads, load } = loader(10, 2, () => gate.pass())
    const all: Promise<unknown>[] = []
    for (const id of ['1', '2', '3', '4', '5']) {
      all.push(load(id))
      await new Promise(setImmediate)
      await new Promise(setImmediate)
    }
    assert.equal(gate.waiting, 2)
    gate.open()
    await Promise.all(all)
    assert.deepEqual(reads, [['1'], ['2'], ['3', '4', '5']])
  })

  it('finds the one record that cannot be read, and answers the others', async () => {
    const { reads, load } = loader(64, 4, (ids) =>
      ids.includes('13') ? Promise.reject(new PermanentError('BAD', 'Unreadable')) : Promise.resolve(),
    )
    const ids = Array.from({ length: 64 }, (_, index) => `${index}`)
    const outcomes = await Promise.allSettled(ids.map((id) => load(id)))
    const failed = ids.filter((_, index) => outcomes[index]?.status === 'rejected')
    assert.deepEqual(failed, ['13'])
    assert.ok(reads.length <= 13, `${reads.length} reads`)
  })

  it('does not halve when the other side is down', async () => {
    const { reads, load } = loader(10, 4, () => Promise.reject(new RetryableError('DOWN', '503')))
    const outcomes = await Promise.allSettled(['1', '2', '3', '4'].map((id) => load(id)))
    assert.ok(outcomes.every(({ status }) => status === 'rejected'))
    assert.equal(reads.length, 1)
  })

  it('goes on after a failed read', async () => {
    let fails = true
    const { load } = loader(10, 1, () =>
      fails ? Promise.reject(new RetryableError('DOWN', '503')) : Promise.resolve(),
    )
    await assert.rejects(load('1'), { code: 'DOWN' })
    fails = false
    assert.equal(await load('1'), 'value of 1')
  })

  it('lets go of whoever aborts, at once, and answers the others', async () => {
    const gate = new Gate()
    const { load } = loader(10, 4, () => gate.pass())
    const abort = new AbortController()
    const mine = load('1', abort.signal)
    const theirs = load('1')
    await new Promise(setImmediate)
    abort.abort()
    await assert.rejects(mine, { code: 'ABORTED' })
    gate.open()
    assert.equal(await theirs, 'value of 1')
    await assert.rejects(load('2', abort.signal), { code: 'ABORTED' })
  })
})

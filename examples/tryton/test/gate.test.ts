import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AbortedError } from '@mufta/kit'
import { Gate } from '../src/gate.ts'

test('no more than the limit run at once, and the others keep their order', async () => {
  const gate = new Gate(2)
  const started: number[] = []
  let running = 0
  let most = 0
  const task = (number: number) => () => {
    started.push(number)
    most = Math.max(most, ++running)
    return new Promise<void>((resolve) => setImmediate(resolve)).finally(() => running--)
  }
  await Promise.all([1, 2, 3, 4, 5].map((number) => gate.run(task(number))))
  assert.equal(most, 2)
  assert.deepEqual(started, [1, 2, 3, 4, 5])
})

test('a task that fails gives its place to the next', async () => {
  const gate = new Gate(1)
  await assert.rejects(
    gate.run(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await gate.run(() => Promise.resolve('yes')), 'yes')
})

test('whoever is cancelled while waiting leaves the queue and never runs', async () => {
  const gate = new Gate(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = gate.run(() => promise)
  const cancel = new AbortController()
  const waiting = gate.run(() => Promise.reject(new Error('ran')), { signal: cancel.signal })
  const last = gate.run(() => Promise.resolve('last'))
  cancel.abort()
  await assert.rejects(waiting, AbortedError)
  resolve()
  await first
  assert.equal(await last, 'last')
})

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

const LIMIT_MS = 10_000

/** Waits until the condition holds; fails with what was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(`Waited ${limitMs} ms in vain: ${what}`)
    await sleep(5)
  }
}

/** Waits until a number stops growing for `quietMs`, and returns it. */
export async function steady(read: () => number, quietMs: number, limitMs = LIMIT_MS): Promise<number> {
  const deadline = Date.now() + limitMs
  let last = read()
  let since = Date.now()
  while (Date.now() - since < quietMs) {
    if (Date.now() > deadline) assert.fail(`Did not become quiet within ${limitMs} ms`)
    await sleep(10)
    const now = read()
    if (now !== last) [last, since] = [now, Date.now()]
  }
  return last
}

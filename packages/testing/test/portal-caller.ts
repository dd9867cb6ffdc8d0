import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { startPortal, type PortalOptions, type SimulatedPortal } from '../src/portal/index.ts'

export type Json = Record<string, unknown>

export interface Answer {
  readonly status: number
  readonly body: Json
}

/** A portal for one test, closed after it. Limits are off unless the test turns them on. */
export async function openPortal(t: TestContext, options: PortalOptions = {}): Promise<SimulatedPortal> {
  const portal = await startPortal({ limits: false, ...options })
  t.after(() => portal.close())
  return portal
}

/** POST with a JSON body by the inbound webhook. */
export function call(portal: SimulatedPortal, method: string, params: Json = {}): Promise<Answer> {
  return post(`${portal.webhook}${method}`, params)
}

/** The same by the application's token. */
export function appCall(portal: SimulatedPortal, method: string, params: Json = {}): Promise<Answer> {
  return post(`${portal.url}/rest/${method}`, { auth: portal.app.accessToken, ...params })
}

export async function post(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Json) }
}

/** Walks into an answer: `at(body, 'result', 'orders', 0, 'id')`. undefined where the way ends. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

/** A number out of an answer. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path)
  if (typeof found !== 'number') throw new TypeError(`No number at ${path.join('.')}`)
  return found
}

export function rows(value: unknown, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path)
  if (!Array.isArray(found)) throw new TypeError(`No list at ${path.join('.')}`)
  return found as Json[]
}

/** One documented example: see fixtures/bitrix-rest/README.md for its source. */
export function fixture(name: string): Json {
  const file = new URL(`./fixtures/bitrix-rest/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Json
}

/** Names of fields with the kind of their values, null standing for any. */
export function shape(row: unknown): Record<string, string> {
  if (typeof row !== 'object' || row === null) throw new TypeError('Not an object')
  return Object.fromEntries(
    Object.entries(row)
      .map(([name, value]) => [name, kind(value)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Fields that one side lacks, and fields whose kinds differ. */
export function shapeDifference(actual: unknown, expected: unknown): readonly string[] {
  const left = shape(actual)
  const right = shape(expected)
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].flatMap((name) => {
    const [a, b] = [left[name], right[name]]
    if (a === undefined) return [`${name}: missing`]
    if (b === undefined) return [`${name}: not documented`]
    return a === b || a === 'null' || b === 'null' ? [] : [`${name}: ${a} instead of ${b}`]
  })
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

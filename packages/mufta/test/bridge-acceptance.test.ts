import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const TABLE = new URL('../bridge/test-php/acceptance.md', import.meta.url)
const CHECKS = 18

test('each acceptance check of the module names tests that exist', () => {
  const rows = readFileSync(TABLE, 'utf8').matchAll(/^\| (\d+) +\|[^|]*\|([^|]*)\|(.*)\|$/gm)
  const numbers: number[] = []
  for (const [, number = '', files = '', titles = ''] of rows) {
    numbers.push(Number(number))
    const sources = files.split(',').map((file) => source(file.trim()))
    const named = [...titles.matchAll(/`([^`]+)`/g)].map(([, title = '']) => title)
    assert.ok(named.length > 0, `check ${number} names no test`)
    for (const title of named)
      assert.ok(
        sources.some((text) => ["'", '`', '"'].some((quote) => text.includes(quote + title + quote))),
        `check ${number}: no test "${title}" in ${files}`,
      )
  }
  assert.deepEqual(
    numbers,
    Array.from({ length: CHECKS }, (_, index) => index + 1),
  )
})

function source(name: string): string {
  const folder = name.startsWith('bitrix/') ? '../../bitrix/test/' : './'
  return readFileSync(new URL(`${folder}${name.replace('bitrix/', '')}.test.ts`, import.meta.url), 'utf8')
}

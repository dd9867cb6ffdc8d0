import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RetryableError, type Shop } from '@mufta/kit'
import { FindingWords } from '@mufta/testing/acceptance'
import { checkSides } from '../src/index.ts'

const checked = async (error: Error) => {
  const check = async (): Promise<never> => {
    throw error
  }
  const shop = { check } as unknown as Shop
  return checkSides({ shop, external: null }, AbortSignal.timeout(5000))
}

test('a check that breaks off is a finding in both languages, without the text of the error', async () => {
  const { ok, findings } = await checked(new Error('sentinel-2718'))
  assert.equal(ok, false)
  assert.deepEqual(
    new FindingWords().read(findings).map(({ code, side }) => [code, side]),
    [['UNEXPECTED', 'site']],
  )
  assert.equal(typeof findings[0]?.message, 'object')
  assert.doesNotMatch(JSON.stringify(findings), /sentinel/)
})

test('an error of ours keeps its own words', async () => {
  const { findings } = await checked(new RetryableError('PORTAL_UNREACHABLE', 'No connection to the portal'))
  assert.deepEqual(
    findings.map(({ code, message }) => [code, message]),
    [['PORTAL_UNREACHABLE', 'No connection to the portal']],
  )
})

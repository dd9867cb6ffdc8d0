import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const units = fileURLToPath(new URL('../bridge/test-php/units.php', import.meta.url))

test(
  'numbers, JSON, signatures, pairing, secrets and arguments of the module hold their word, by the vectors of both languages',
  { skip: skipWithoutPhp() },
  () => {
    const { status, stdout, stderr } = spawnSync('php', [units], { encoding: 'utf8' })
    assert.match(stdout, /^\d{3} checks were right$/m, stdout + stderr)
    assert.equal(status, 0)
  },
)

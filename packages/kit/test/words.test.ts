import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, failedFinding, wordsIn } from '../src/index.ts'

test('words are given in the language that is asked for; a text from elsewhere as it is', () => {
  const words = { en: 'Choose another', ru: 'Выберите другой' }
  assert.deepEqual(
    [wordsIn(words, 'en'), wordsIn(words, 'ru'), wordsIn('As it came', 'ru')],
    ['Choose another', 'Выберите другой', 'As it came'],
  )
})

test('a failed look keeps the words of our error and shows none of a foreign one', () => {
  const fix = { en: 'Check the key', ru: 'Проверьте ключ' }
  assert.deepEqual(failedFinding(new AuthError('KEY_REFUSED', 'The key is refused'), fix), {
    level: 'error',
    code: 'KEY_REFUSED',
    message: 'The key is refused',
    fix,
  })
  const foreign = failedFinding(new Error('sentinel'), fix)
  assert.equal(foreign.code, 'CHECK_FAILED')
  assert.match(wordsIn(foreign.message, 'ru'), /Проверить не удалось/)
  assert.doesNotMatch(JSON.stringify(foreign), /sentinel/)
})

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

test('a failed look keeps the words and facts of our error, in both languages where it has them, and shows none of a foreign one', () => {
  const fix = { en: 'Check the key', ru: 'Проверьте ключ' }
  const facts = { httpStatus: 401 }
  const error = new AuthError('KEY_REFUSED', 'The key is refused', { facts })
  const finding = { level: 'error', code: 'KEY_REFUSED', fix, facts }
  assert.deepEqual(failedFinding(error, fix), { ...finding, message: 'The key is refused' })
  const words = { en: 'The key is refused', ru: 'Ключ отвергнут' }
  const both = new AuthError('KEY_REFUSED', words, { facts })
  assert.equal(both.message, words.en)
  assert.deepEqual(failedFinding(both, fix), { ...finding, message: words })
  const foreign = failedFinding(new Error('sentinel'), fix)
  assert.equal(foreign.code, 'CHECK_FAILED')
  assert.match(wordsIn(foreign.message, 'ru'), /Проверить не удалось/)
  assert.doesNotMatch(JSON.stringify(foreign), /sentinel/)
})

import assert from 'node:assert/strict'
import type { Finding, Words } from '@mufta/kit'

/**
 * Looks whether findings of `check` can be read in both languages. A plain text passes only as the message of an
 * error: it is another system's or an error's own.
 */
export class FindingWords {
  readonly #codes = new Set<string>()

  /** Gives the findings back. @throws AssertionError for a text that lacks a language */
  read<Found extends readonly Finding[]>(findings: Found): Found {
    for (const { level, code, message, fix } of findings) {
      this.#codes.add(code)
      if (typeof message !== 'string' || level !== 'error') assertBoth(message, `${code}, message`)
      if (fix !== undefined) assertBoth(fix, `${code}, fix`)
    }
    return findings
  }

  /** @throws AssertionError that names the codes nobody has read */
  assertRead(codes: Iterable<string>): void {
    assert.deepEqual([...codes].filter((code) => !this.#codes.has(code)).toSorted(), [])
  }
}

function assertBoth(words: Words, where: string): void {
  assert.ok(typeof words !== 'string', `${where} is in one language only: ${JSON.stringify(words)}`)
  assert.match(own(words.ru), /[а-яё]{2}/i, `${where} is not in Russian: ${words.ru}`)
  assert.match(own(words.en), /[a-z]{2}/i, `${where} is not in English: ${words.en}`)
  assert.doesNotMatch(own(words.en), /[а-яё]/i, `${where} has Russian in English: ${words.en}`)
}

/** Without what is quoted or stands in brackets: names of the shop and the system, in whatever language. */
function own(text: string): string {
  return text.replaceAll(/"[^"]*"|«[^»]*»|\([^)]*\)/g, '')
}

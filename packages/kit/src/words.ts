/** A text in the languages of the screens. */
export interface Title {
  readonly en: string
  readonly ru: string
}

/** Words for people: in every language of the screens, or as they came from elsewhere (an error's own message). */
export type Words = Title | string

export type Language = keyof Title

/** The words in one language. */
export function wordsIn(words: Words, language: Language): string {
  return typeof words === 'string' ? words : words[language]
}

import { shallowRef } from 'vue'

export interface Question {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly no: string
  readonly isDangerous?: boolean
  /** Asks for a text too (the reason of ignoring). */
  readonly ask?: { readonly label: string; readonly hint: string }
}

export interface OpenQuestion extends Question {
  readonly answer: (text: string | null) => void
}

/** The question that is on the screen now; ConfirmDialog shows it. */
export const openQuestion = shallowRef<OpenQuestion | null>(null)

/** Resolves to true when the user agreed. */
export async function confirm(question: Question): Promise<boolean> {
  return (await ask(question)) !== null
}

/** Resolves to the text typed, or null when the user said no. */
export function ask(question: Question): Promise<string | null> {
  openQuestion.value?.answer(null)
  return new Promise((resolve) => {
    openQuestion.value = {
      ...question,
      answer: (text) => {
        openQuestion.value = null
        resolve(text)
      },
    }
  })
}

import { password, text } from '@clack/prompts'
import { ConfigError } from '@mufta/kit'
import { errorLines } from './explain.ts'
import type { Screen } from './screen.ts'

/** Makes of an answer what is wanted. A ConfigError is told to the person, who is asked again. */
export type Read<Result> = (answer: string) => Result | Promise<Result>

/** Puts questions to the person at the terminal. */
export interface Asker {
  readonly text: <Result>(message: string, initial: string, read: Read<Result>) => Promise<Result>
  readonly secret: <Result>(message: string, read: Read<Result>) => Promise<Result>
}

/** How a question is put; anything but a text = it was broken off. */
export interface Prompts {
  readonly text: (question: { message: string; initialValue: string }) => Promise<string | symbol | undefined>
  readonly password: (question: { message: string }) => Promise<string | symbol | undefined>
}

/** `silent` = answer with the proposals. @throws ConfigError `CONFIG_ANSWER_MISSING`, `CONFIG_CANCELLED` */
export function createAsker(screen: Screen, silent: boolean, prompts: Prompts = { text, password }): Asker {
  const need = async <Result>(
    message: string,
    question: () => Promise<string | symbol | undefined>,
    read: Read<Result>,
  ): Promise<Result> => {
    if (silent || !screen.isTty) throw nobody(message)
    for (;;) {
      const answer = await question()
      if (typeof answer !== 'string') throw cancelled()
      try {
        return await read(answer)
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        for (const line of await errorLines(error, screen.lang)) screen.error(line)
      }
    }
  }
  return {
    text: async (message, initial, read) =>
      silent && initial !== ''
        ? read(initial)
        : need(message, () => prompts.text({ message, initialValue: initial }), read),
    secret: (message, read) => need(message, () => prompts.password({ message }), read),
  }
}

function nobody(question: string): ConfigError {
  return new ConfigError(
    'CONFIG_ANSWER_MISSING',
    {
      en: `${question}: give it as an option (see "mufta init --help"), there is nobody to ask`,
      ru: `${question}: укажите ключом команды (см. «mufta init --help»), спросить некого`,
    },
    { facts: { question } },
  )
}

function cancelled(): ConfigError {
  const message = { en: 'Cancelled; nothing was written', ru: 'Отменено, ничего не записано' }
  return new ConfigError('CONFIG_CANCELLED', message)
}

import { password, text } from '@clack/prompts'
import { ConfigError } from '@mufta/kit'
import type { Screen } from './screen.ts'

/** Puts questions to the person at the terminal. */
export interface Asker {
  readonly text: (message: string, initial: string) => Promise<string>
  readonly secret: (message: string) => Promise<string>
}

/** `silent` = answer with the proposals. @throws ConfigError `CONFIG_ANSWER_MISSING`, `CONFIG_CANCELLED` */
export function createAsker({ isTty }: Screen, silent: boolean): Asker {
  const need = async (
    message: string,
    question: () => Promise<string | symbol | undefined>,
  ): Promise<string> => {
    if (silent || !isTty) {
      throw new ConfigError(
        'CONFIG_ANSWER_MISSING',
        `${message}: give it as an option (see "mufta init --help"), there is nobody to ask`,
        { facts: { question: message } },
      )
    }
    const answer = await question()
    if (typeof answer === 'string') return answer
    throw new ConfigError('CONFIG_CANCELLED', 'Cancelled; nothing was written')
  }
  return {
    text: (message, initial) =>
      silent && initial !== ''
        ? Promise.resolve(initial)
        : need(message, () => text({ message, initialValue: initial })),
    secret: (message) => need(message, () => password({ message })),
  }
}

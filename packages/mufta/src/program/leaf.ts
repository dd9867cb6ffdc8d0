import type { CommandContext, ExitCode } from '../commands/context.ts'

/** What every group of commands gets to hang its leaves on. Commands are loaded when they are run: help is quick. */
export interface Leaves {
  readonly context: CommandContext
  readonly t: CommandContext['screen']['t']
  /** Takes the exit code of the one command that ran. */
  readonly done: (code: ExitCode) => void
}

/** Examples under a help text: command, and what it is for in both languages. */
export function examples({ t }: Leaves, ...lines: readonly (readonly [string, string, string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  const rows = lines.map(([command, en, ru]) => `  ${command.padEnd(width)}  ${t(en, ru)}`)
  return `\n${t('Examples:', 'Примеры:')}\n${rows.join('\n')}`
}

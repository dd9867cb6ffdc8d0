import { CommanderError } from 'commander'
import { MuftaError } from '@mufta/kit'
import { buildProgram } from './program.ts'
import { createScreen, langOf, paint } from './ui/screen.ts'
import type { ExitCode } from './commands/context.ts'

export interface Outside {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** The command line: parses, runs one command, and turns every end into an exit code. */
export async function main(args: readonly string[], outside: Outside): Promise<ExitCode> {
  const { json, configFile, rest } = globals(args)
  const screen = createScreen({
    lang: langOf(outside.env),
    json,
    stdout: outside.stdout,
    stderr: outside.stderr,
  })
  const abort = new AbortController()
  const stop = (): void => {
    // The second signal means it: the store survives a hard end.
    if (abort.signal.aborted) process.exit(130)
    abort.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let exit: ExitCode = 0
  const program = buildProgram(
    { screen, cwd: outside.cwd, env: outside.env, configFile, signal: abort.signal },
    (code) => (exit = code),
  )
  try {
    await program.parseAsync(rest, { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return explain(error)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }

  function explain(error: unknown): ExitCode {
    if (!(error instanceof MuftaError)) throw error
    screen.data({ error: { code: error.code, message: error.message, facts: error.facts } })
    screen.error(`${paint.bad('✖')} ${error.message} ${paint.dim(error.code)}`)
    return /^(CONFIG|SETTINGS|CONNECTOR|CONNECTION)_/.test(error.code) ? 2 : 1
  }
}

/** Options that may stand anywhere on the line, before or behind the command. */
function globals(args: readonly string[]): { json: boolean; configFile: string | undefined; rest: string[] } {
  const rest: string[] = []
  let json = false
  let configFile: string | undefined
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string
    if (arg === '--json') json = true
    else if (arg === '--config') configFile = args[++index]
    else if (arg.startsWith('--config=')) configFile = arg.slice('--config='.length)
    else rest.push(arg)
  }
  return { json, configFile, rest }
}

import { CommanderError } from 'commander'
import { ConfigError, MuftaError } from '@mufta/kit'
import { buildProgram } from './program.ts'
import { errorLines } from './ui/explain.ts'
import { createScreen, langOf, paint, type Screen } from './ui/screen.ts'
import type { ExitCode } from './commands/context.ts'

export interface Outside {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** The command line: parses, runs one command, and turns every end into an exit code. */
export async function main(args: readonly string[], outside: Outside): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = outside
  const { json, configFile, rest } = globals(args)
  const screen = createScreen({ lang: langOf(env), json, stdout, stderr })
  const abort = new AbortController()
  const stop = (): void => {
    // The second signal means it: the store survives a hard end.
    if (abort.signal.aborted) process.exit(130)
    abort.abort()
  }
  // Whoever reads us has enough, as `head` has: no fault of ours, and nobody is left to tell.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    abort.abort()
  })
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let exit: ExitCode = 0
  try {
    if (configFile === '')
      throw new ConfigError('CONFIG_BAD_OPTION', {
        en: '--config needs the name of a file',
        ru: 'после --config нужно имя файла',
      })
    const program = buildProgram(
      { screen, cwd, env, configFile, signal: abort.signal },
      (code) => (exit = code),
    )
    await program.parseAsync(rest, { from: 'user' })
    return exit
  } catch (error) {
    return await explainEnd(screen, error, env['MUFTA_DEBUG'] === '1')
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

async function explainEnd(screen: Screen, error: unknown, isDebug: boolean): Promise<ExitCode> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // Commander has told it on stderr already.
    const message = error.message
      .replace(/^error: /, '')
      .replace('(outputHelp)', 'Say which command; see --help')
    screen.data({ error: { code: 'USAGE', message } })
    return 2
  }
  if (error instanceof MuftaError) {
    screen.data({ error: { code: error.code, message: error.message, facts: error.facts } })
    for (const text of await errorLines(error, screen.lang)) screen.error(text)
    if (isDebug) screen.error(String(error.stack))
    return /^(CONFIG|SETTINGS|CONNECTOR|CONNECTION|VAULT)_/.test(error.code) ? 2 : 1
  }
  // A foreign error's text may hold anything, also a secret: it is shown only to who asks for it.
  const name = error instanceof Error ? error.name : typeof error
  const message = `Unexpected ${name}; MUFTA_DEBUG=1 shows its text and where it comes from`
  screen.data({ error: { code: 'UNEXPECTED', message } })
  const russian = `Неожиданная ошибка ${name}; MUFTA_DEBUG=1 покажет её текст и откуда она`
  screen.error(`${paint.bad('✖')} ${screen.t(message, russian)}`)
  if (isDebug) screen.error(error instanceof Error ? String(error.stack) : String(error))
  return 1
}

/** Options that may stand anywhere on the line, before or behind the command; not behind "--". */
function globals(args: readonly string[]): { json: boolean; configFile: string | undefined; rest: string[] } {
  const rest: string[] = []
  let json = false
  let configFile: string | undefined
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string
    if (arg === '--') return { json, configFile, rest: [...rest, ...args.slice(index)] }
    if (arg === '--json') json = true
    else if (arg.startsWith('--config=')) configFile = arg.slice('--config='.length)
    else if (arg === '--config') {
      configFile = valueBehind(args, index)
      if (configFile !== '') index++
    } else rest.push(arg)
  }
  return { json, configFile, rest }
}

/** "" = there is none. */
function valueBehind(args: readonly string[], index: number): string {
  const next = args[index + 1] ?? ''
  return next.startsWith('-') ? '' : next
}

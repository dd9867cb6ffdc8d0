import { once } from 'node:events'
import { ConfigError } from '@mufta/kit'
import { runPortal, runRetailCrm } from '@mufta/testing'
import type { CommandContext, ExitCode } from './context.ts'

interface Simulated {
  readonly url: string
  readonly webhook?: string
  readonly applicationToken?: string
  readonly apiKey?: string
  close(): Promise<void>
}

type Starter = (args: string[], print: (line: string) => void) => Promise<Simulated | null>
const SYSTEMS: Readonly<Record<string, Starter>> = { portal: runPortal, retailcrm: runRetailCrm }

/** `mufta sim portal|retailcrm`: a simulated system on a loopback port, until Ctrl+C. */
export async function sim(
  { screen, signal }: CommandContext,
  system: string,
  args: readonly string[],
): Promise<ExitCode> {
  const start = SYSTEMS[system]
  if (start === undefined) {
    throw new ConfigError(
      'CONFIG_SYSTEM_UNKNOWN',
      {
        en: `There is no simulated "${system}": portal or retailcrm`,
        ru: `Имитатора «${system}» нет: portal или retailcrm`,
      },
      {
        facts: { name: system },
      },
    )
  }
  const running = await started(start, system, args, screen.line)
  if (running === null) return 0
  // The secrets of a simulator are made up, and whoever starts it needs them.
  const { url, webhook, applicationToken, apiKey } = running
  screen.data({ system, url, webhook, applicationToken, apiKey })
  if (!signal.aborted) await once(signal, 'abort')
  await running.close()
  return 0
}

/** Their options are read by themselves; a wrong one is wrong use of this command. */
async function started(
  start: Starter,
  system: string,
  args: readonly string[],
  print: (line: string) => void,
): Promise<Simulated | null> {
  try {
    return await start(args[0] === '--' ? args.slice(1) : [...args], print)
  } catch (cause) {
    if (isTaken(cause)) throw notListening(cause)
    if (!(cause instanceof TypeError) && !(cause instanceof RangeError)) throw cause
    throw new ConfigError(
      'CONFIG_BAD_OPTION',
      {
        en: `${cause.message} (see "mufta sim ${system} -- --help")`,
        ru: `Неверный вызов: ${cause.message} (см. «mufta sim ${system} -- --help»)`,
      },
      {
        cause,
      },
    )
  }
}

interface ListenFailure extends Error {
  readonly address: string
  readonly port: number
}

function isTaken(cause: unknown): cause is ListenFailure {
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'listen' && 'port' in cause
}

function notListening(cause: ListenFailure): ConfigError {
  const { address: host, port } = cause
  return new ConfigError(
    'HTTP_NOT_LISTENING',
    {
      en: `Cannot listen on ${host}:${port}: the port is taken (is the simulator running already?) or forbidden; give another with --port`,
      ru: `Не удаётся слушать ${host}:${port}: порт занят (имитатор уже запущен?) или запрещён; укажите другой ключом --port`,
    },
    { facts: { host, port, option: '--port' }, cause },
  )
}

import { once } from 'node:events'
import { runPortal, runRetailCrm } from '@mufta/testing'
import type { CommandContext, ExitCode } from './context.ts'

type Starter = (args: string[]) => Promise<{ close(): Promise<void> } | null>
const SYSTEMS: Readonly<Record<string, Starter>> = { portal: runPortal, retailcrm: runRetailCrm }

/** `mufta sim portal|retailcrm`: a simulated system on a loopback port, until Ctrl+C. */
export async function sim(
  { screen, signal }: CommandContext,
  system: string,
  args: readonly string[],
): Promise<ExitCode> {
  const start = SYSTEMS[system]
  if (start === undefined) {
    screen.error(
      screen.t(
        `Unknown system "${system}": portal or retailcrm`,
        `Неизвестная система «${system}»: portal или retailcrm`,
      ),
    )
    return 2
  }
  const running = await start([...args])
  if (running === null) return 0
  if (!signal.aborted) await once(signal, 'abort')
  await running.close()
  return 0
}

import { loadConfig, type LoadedConfig } from '../config/load.ts'
import type { Screen } from '../ui/screen.ts'

/** What every command gets from the command line. */
export interface CommandContext {
  readonly screen: Screen
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** --config, when given. */
  readonly configFile: string | undefined
  /** Aborted by Ctrl+C or SIGTERM. */
  readonly signal: AbortSignal
}

/** 0 good, 1 found a problem, 2 wrong use. */
export type ExitCode = 0 | 1 | 2

export function configOf({ cwd, env, configFile }: CommandContext): Promise<LoadedConfig> {
  return loadConfig(cwd, env, configFile)
}

import { describeSettings, type Connector, type FieldRoute, type SettingField } from '@mufta/kit'
import type { Connection } from '../connection.ts'
import type { ConnectionState, Failure } from '../store/store.ts'
import type { ConnectionDefinition } from './definition.ts'

export const runStates = ['running', 'paused', 'failing'] as const
export type RunState = (typeof runStates)[number]

export interface ConnectionSummary {
  readonly name: string
  readonly source: 'file' | 'store'
  readonly connector: string
  readonly mode: 'production' | 'test'
  readonly state: RunState
  /** Why it is paused or failing. */
  readonly reason: Failure | null
}

/** Everything of a connection that the page may see: marks stand in place of secrets. */
export interface ConnectionView extends ConnectionSummary {
  readonly readOnly: boolean
  /** 0 for one of the configuration file. */
  readonly version: number
  readonly site: ConnectionDefinition['site']
  readonly settings: ConnectionDefinition['settings']
  readonly fields: readonly SettingField[]
  readonly schedule: { readonly pollSeconds: number | null; readonly sweepSeconds: number | null }
  readonly security: ConnectionDefinition['security']
  /** Hosts that the configuration file allows every connection, beside those of `security`. */
  readonly commonHosts: readonly string[]
  readonly fieldRules: readonly FieldRoute[]
}

/**
 * `problem`: why a connection could not be opened. It counts for more than an earlier reason to pause, which it has
 * outlived; what a person paused stays so.
 */
export function runState(
  state: ConnectionState,
  problem: Failure | null,
): { readonly state: RunState; readonly reason: Failure | null } {
  const { paused, byOperator, reason } = state
  if (paused && (byOperator || problem === null)) return { state: 'paused', reason }
  return problem === null ? { state: 'running', reason: null } : { state: 'failing', reason: problem }
}

export function viewOf(
  summary: ConnectionSummary,
  version: number,
  shown: ConnectionDefinition,
  connector: Connector | null,
  opened: Connection | undefined,
  commonHosts: readonly string[],
): ConnectionView {
  const { pollSeconds = null, sweepSeconds = null } = shown.schedule
  return {
    ...summary,
    readOnly: summary.source === 'file',
    version,
    site: shown.site,
    settings: shown.settings,
    fields: connector === null ? [] : describeSettings(connector.settings),
    schedule: { pollSeconds, sweepSeconds },
    security: shown.security,
    commonHosts,
    fieldRules: opened?.mapper.fields() ?? [],
  }
}

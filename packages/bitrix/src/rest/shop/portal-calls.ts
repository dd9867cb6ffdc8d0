import type { CallOptions } from '@mufta/kit'

export type PortalParams = Readonly<Record<string, unknown>>

export interface PortalCommand {
  readonly method: string
  readonly params?: PortalParams
}

/** The part of an answer's `time` that the shop reads. */
export interface PortalTime {
  readonly date_start?: string
}

/** What became of one command of a batch. */
export type PortalOutcome =
  | { readonly status: 'ok'; readonly result: unknown; readonly next?: number; readonly time?: PortalTime }
  | { readonly status: 'error'; readonly error: Error }
  /** A command before it failed and the batch was told to stop there. */
  | { readonly status: 'not-run' }

/** What the shop needs of a portal client; `createPortalClient` fulfils it. */
export interface PortalCalls {
  call(method: string, params?: PortalParams, options?: CallOptions): Promise<unknown>
  /** Like `call`, but calls that wait at the same time share one request. */
  packed(method: string, params?: PortalParams, options?: CallOptions): Promise<unknown>
  batch(
    commands: readonly PortalCommand[],
    options?: CallOptions & { readonly halt?: boolean },
  ): Promise<readonly PortalOutcome[]>
  /** All rows of a list method, ascending by id. */
  list(
    method: string,
    options: CallOptions & { readonly select?: readonly string[]; readonly filter?: PortalParams },
  ): AsyncIterable<Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

/** Rows in one page of any list method. Bitrix24 REST docs: fixed. */
export const PAGE_ROWS = 50

import { parentPort, workerData } from 'node:worker_threads'
import { MuftaError } from '@mufta/kit'
import { runRead, type ReadName, type ReadQuery } from './read-queries.ts'
import { Sql } from './sql.ts'

/** The thread of the reader: one read-only connection, one query after the other. */

export interface ReadCall {
  readonly id: number
  readonly name: ReadName
  readonly query: ReadQuery<ReadName>
}

export type ReadReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } }

/** A reader waits for nobody: in the write-ahead log only recovery after a crash holds it up. */
const BUSY_MS = 2_000

const { path } = workerData as { readonly path: string }
const sql = new Sql(path, { busyMs: BUSY_MS, readOnly: true })

parentPort?.on('message', (message: ReadCall | 'close') => {
  if (message === 'close') {
    sql.close()
    parentPort?.close()
    return
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(reply(message))
})

function reply({ id, name, query }: ReadCall): ReadReply {
  try {
    return { id, answer: runRead(sql, name, query) }
  } catch (error) {
    const known = error instanceof MuftaError
    return {
      id,
      failure: known
        ? { code: error.code, message: error.message }
        : { code: 'STORE_FAILED', message: 'The store could not answer a search' },
    }
  }
}

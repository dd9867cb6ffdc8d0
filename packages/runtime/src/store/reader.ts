import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StoreError, storeErrorCodes, type StoreErrorCode } from './errors.ts'
import type { ReadReply } from './reader-worker.ts'
import { runRead, type ReadAnswer, type ReadName, type ReadQuery } from './read-queries.ts'
import type { Reads } from './reads.ts'
import type { Sql } from './sql.ts'

export interface ClosableReads extends Reads {
  close(): Promise<void>
}

type Ask = <Name extends ReadName>(name: Name, query: ReadQuery<Name>) => Promise<ReadAnswer<Name>>

/** Reads of a file in a thread of their own; of a store in memory on this one, which alone can see it. */
export function openReads(
  source: { readonly path: string } | { readonly sql: Sql },
  limits: Partial<ReaderLimits> = {},
): ClosableReads {
  if ('path' in source) {
    const thread = new ReaderThread(source.path, { ...DEFAULTS, ...limits })
    return readsOf(
      (name, query) => thread.ask(name, query),
      () => thread.close(),
    )
  }
  return readsOf(
    (name, query) => Promise.resolve().then(() => runRead(source.sql, name, query)),
    () => Promise.resolve(),
  )
}

export interface ReaderLimits {
  /** After this time the thread is given up and the next query gets a new one. */
  readonly answerMs: number
  /** Queries that may wait at once. */
  readonly waiting: number
}

const DEFAULTS: ReaderLimits = { answerMs: 10_000, waiting: 64 }

function readsOf(ask: Ask, close: () => Promise<void>): ClosableReads {
  return {
    orders: (query) => ask('orders', query),
    problems: (query) => ask('problems', query),
    problemItems: (query) => ask('problemItems', query),
    journal: (query) => ask('journal', query),
    subjects: (query) => ask('subjects', query),
    backfillLeft: (query) => ask('backfillLeft', query),
    close,
  }
}

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: StoreError) => void
  readonly timer: NodeJS.Timeout
}

/** One thread, started with the first query. */
class ReaderThread {
  readonly #path: string
  readonly #limits: ReaderLimits
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #last = 0
  #isClosed = false

  constructor(path: string, limits: ReaderLimits) {
    this.#path = path
    this.#limits = limits
  }

  ask<Name extends ReadName>(name: Name, query: ReadQuery<Name>): Promise<ReadAnswer<Name>> {
    if (this.#isClosed) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed'))
    if (this.#waiting.size >= this.#limits.waiting) return Promise.reject(busy())
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void this.#giveUp(worker, busy()), this.#limits.answerMs)
      this.#waiting.set(id, { resolve, reject, timer })
      // While somebody waits, the process lives.
      worker.ref()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage({ id, name, query })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    if (worker === null) return
    this.#worker = null
    this.#rejectAll(new StoreError('STORE_CLOSED', 'The store is closed'))
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage('close')
    const timer = setTimeout(() => void worker.terminate(), this.#limits.answerMs)
    await ended
    clearTimeout(timer)
  }

  #start(): Worker {
    const here = import.meta.url
    const worker = new Worker(new URL(`./reader-worker${extname(here)}`, here), {
      workerData: { path: this.#path },
      name: 'mufta store reader',
    })
    worker.on('message', (reply: ReadReply) => this.#settle(worker, reply))
    worker.on('error', () => void this.#giveUp(worker, broken()))
    worker.on('exit', () => void this.#giveUp(worker, broken()))
    return worker
  }

  #settle(worker: Worker, reply: ReadReply): void {
    const waiting = this.#waiting.get(reply.id)
    if (waiting === undefined) return
    this.#waiting.delete(reply.id)
    clearTimeout(waiting.timer)
    if (this.#waiting.size === 0) worker.unref()
    if ('answer' in reply) return waiting.resolve(reply.answer as never)
    const { code, message } = reply.failure
    waiting.reject(new StoreError(isStoreCode(code) ? code : 'STORE_FAILED', message))
  }

  /** A query that does not end holds up those behind it: all hear of it, and the next one starts a new thread. */
  async #giveUp(worker: Worker, error: StoreError): Promise<void> {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#rejectAll(error)
    await worker.terminate()
  }

  #rejectAll(error: StoreError): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.#waiting.clear()
  }
}

function busy(): StoreError {
  return new StoreError('STORE_BUSY', 'Too many or too long searches at once; repeat in a moment')
}

function broken(): StoreError {
  return new StoreError('STORE_IO', 'The store cannot be read; check its file and the rights of its folder')
}

function isStoreCode(code: string): code is StoreErrorCode {
  return Object.hasOwn(storeErrorCodes, code)
}

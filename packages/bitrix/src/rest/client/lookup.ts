import type { JsonObject } from './answer.ts'
import type { Command, CommandOutcome } from './command.ts'
import { notRunError, runReads } from './read-source.ts'
import type { RowReader } from './rows.ts'
import type { PortalTransport } from './transport.ts'

const PAGE = 50

/** Rows of these ids in their order, one for each different id; missing or invisible ones are absent. */
export async function lookUp(
  transport: PortalTransport,
  reader: RowReader,
  ids: readonly (string | number)[],
  filter: JsonObject,
  signal: AbortSignal | undefined,
): Promise<readonly JsonObject[]> {
  const wanted = [...new Set(ids.map(String))]
  const found = new Map<string, JsonObject>()
  const source = new LookupSource(reader, wanted, filter, found)
  await runReads(transport, source, signal)
  return wanted.map((id) => found.get(id)).filter((row) => row !== undefined)
}

interface LookupCommand extends Command {
  readonly ids: ReadonlySet<string>
}

class LookupSource {
  readonly methods: readonly string[]
  readonly minCommands = 10
  readonly #reader: RowReader
  readonly #ids: readonly string[]
  readonly #filter: JsonObject
  readonly #found: Map<string, JsonObject>
  #next = 0

  constructor(reader: RowReader, ids: readonly string[], filter: JsonObject, found: Map<string, JsonObject>) {
    this.methods = [reader.method]
    this.#reader = reader
    this.#ids = ids
    this.#filter = filter
    this.#found = found
  }

  isFinished(): boolean {
    return this.#next >= this.#ids.length
  }

  pending(): number {
    return Math.ceil((this.#ids.length - this.#next) / PAGE)
  }

  remaining(): number {
    return this.pending()
  }

  take(max: number): LookupCommand[] {
    return Array.from({ length: Math.min(max, this.pending()) }, () => {
      const ids = this.#ids.slice(this.#next, this.#next + PAGE)
      this.#next += ids.length
      const params = this.#reader.params({ ...this.#filter, ...this.#reader.oneOf(ids) })
      return { method: this.#reader.method, params, kind: 'read', ids: new Set(ids) }
    })
  }

  settle(command: LookupCommand, outcome: CommandOutcome): void {
    if (outcome.status === 'error') throw outcome.error
    if (outcome.status === 'not-run') throw notRunError(command.method)
    for (const row of this.#reader.rows(outcome.result)) {
      const id = this.#reader.idText(row)
      if (!command.ids.has(id)) throw this.#reader.filterIgnored()
      this.#found.set(id, row)
    }
  }
}

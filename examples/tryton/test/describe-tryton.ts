import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe } from 'node:test'
import { TestConnection } from './connection.ts'
import type { TrytonStaff } from './tryton-rpc.ts'
import { skipTryton, startTryton, type Tryton } from './tryton-server.ts'

/** A server of its own for the tests of one `describe`, and the connector opened against it. */
export interface RunningTryton {
  readonly server: Tryton
  readonly connection: TestConnection
  readonly staff: TrytonStaff
  count(model: string, domain: unknown): Promise<number>
  /** Behind the API's back; gives the first column of the first row. */
  inDatabase(sql: string): unknown
}

/** Tests against the real ERP: skipped with a line that says why where it is not installed, never in CI. */
export function describeTryton(title: string, body: (tryton: RunningTryton) => void): void {
  describe(title, { skip: skipTryton, timeout: 120_000 }, () => {
    let running: { readonly server: Tryton; readonly connection: TestConnection } | undefined

    before(async () => {
      const server = await startTryton()
      assert.ok(server)
      running = { server, connection: new TestConnection(server) }
    })

    after(async () => {
      await running?.connection.client.close()
      await running?.server.close()
    })

    const require = () => running ?? assert.fail('Tryton is not running')
    body({
      get server() {
        return require().server
      },
      get connection() {
        return require().connection
      },
      get staff() {
        return require().server.staff
      },
      count: (model, domain) => require().server.staff.call(`model.${model}.search_count`, domain),
      inDatabase: (sql) => {
        using database = new DatabaseSync(require().server.file, { timeout: 5_000 })
        return Object.values(database.prepare(sql).get() ?? {})[0]
      },
    })
  })
}

import { SqliteEngine } from './engine.ts'
import { reclaimLeases } from './lanes.ts'
import { lockPath, RuntimeLock } from './lock.ts'
import { migrate } from './migrations.ts'
import { MEMORY, prepareFile } from './open-file.ts'
import { DEFAULTS, type SqliteStoreOptions } from './options.ts'
import { Sql } from './sql.ts'
import type { Store } from './store.ts'

export type { SqliteStoreOptions } from './options.ts'

/**
 * Opens the store on one SQLite file. A runtime that died left its leases: they are due again at once, because the
 * lock proves that nobody else runs.
 * @throws StoreError `STORE_LOCKED`, `STORE_NEWER`, `STORE_OLDER`, `STORE_MISSING`, `STORE_CORRUPT`, `STORE_IO`
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, role, clock, busyMs } = { ...DEFAULTS, ...options }
  prepareFile(path, role)
  const isAlone = role === 'runtime'
  const lock =
    isAlone && path !== MEMORY
      ? new RuntimeLock(lockPath(path), { pid: process.pid, since: new Date(clock()).toISOString() })
      : null
  let sql: Sql | null = null
  try {
    sql = new Sql(path, { busyMs })
    migrate(sql, { allowed: isAlone })
    if (isAlone) reclaimLeases(sql, clock())
    return new SqliteEngine(sql, lock, { ...DEFAULTS, ...options })
  } catch (error) {
    sql?.close()
    lock?.close()
    throw error
  }
}

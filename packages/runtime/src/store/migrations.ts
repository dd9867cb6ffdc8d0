import { StoreError } from './errors.ts'
import type { Sql } from './sql.ts'

interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** Numbered steps; a step that was released is never edited, only followed by another. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'lanes, dead letters, bindings, journal, values',
    sql: `
      -- Names are coded once: the journal and the bindings repeat them by the million.
      CREATE TABLE connection (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        paused INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        by_operator INTEGER NOT NULL DEFAULT 0,
        since INTEGER NOT NULL DEFAULT 0
      ) STRICT;

      -- One row of last numbers given out. Finished jobs leave no row, so max(id) would repeat itself.
      CREATE TABLE sequence (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        job INTEGER NOT NULL,
        token INTEGER NOT NULL,
        seq INTEGER NOT NULL
      ) STRICT;
      INSERT INTO sequence VALUES (1, 0, 0, 0);

      -- Only lanes that have jobs: a lane without any is idle and has no row, so history costs nothing here.
      -- due: when the lane may be taken; while running, the end of its lease. NULL = held until woken.
      -- OR, not IN: SQLite makes a table of a list anew for each row it checks, a quarter of the cost of a push.
      CREATE TABLE lane (
        connection INTEGER NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'running' OR state = 'parked'),
        rank INTEGER NOT NULL,
        due INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        token INTEGER,
        owner TEXT,
        failure TEXT,
        PRIMARY KEY (connection, name)
      ) WITHOUT ROWID, STRICT;
      CREATE INDEX lane_due ON lane (connection, rank, due) WHERE due IS NOT NULL;

      CREATE TABLE job (
        connection INTEGER NOT NULL,
        lane TEXT NOT NULL,
        id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        rank INTEGER NOT NULL,
        due INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (connection, lane, id)
      ) WITHOUT ROWID, STRICT;

      CREATE TABLE dead (
        id INTEGER PRIMARY KEY,
        connection INTEGER NOT NULL,
        lane TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        rank INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        died_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        code TEXT NOT NULL,
        failure TEXT NOT NULL,
        mapper_version TEXT
      ) STRICT;
      CREATE INDEX dead_code ON dead (connection, code);

      CREATE TABLE binding (
        key INTEGER PRIMARY KEY,
        connection INTEGER NOT NULL,
        entity TEXT NOT NULL,
        shop_id TEXT NOT NULL,
        external_id TEXT,
        base TEXT NOT NULL,
        intent_key TEXT,
        mapper_version TEXT NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX binding_shop ON binding (connection, entity, shop_id);
      CREATE UNIQUE INDEX binding_external ON binding (connection, entity, external_id)
        WHERE external_id IS NOT NULL;

      -- The index starts with a block of 8,192 rows: inserts stay inside some sixty pages however long the journal
      -- is. One index over all of it would touch a page of its own for nearly every row written.
      CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        connection INTEGER NOT NULL,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        code TEXT NOT NULL,
        job INTEGER,
        detail TEXT
      ) STRICT;
      CREATE INDEX journal_life ON journal (seq >> 13, connection, entity, id);

      CREATE TABLE cursor (
        connection INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (connection, name)
      ) WITHOUT ROWID, STRICT;
      CREATE TABLE value (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) WITHOUT ROWID, STRICT;
    `,
  },
  {
    version: 2,
    name: 'users, sessions, audit, connection settings with versions, sealed secrets',
    sql: `
      CREATE TABLE user (
        login TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        password TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL
      ) WITHOUT ROWID, STRICT;

      -- token: hash of what stands in the one-time link. login NULL = whoever follows it chooses one.
      CREATE TABLE invite (
        token TEXT PRIMARY KEY,
        login TEXT,
        role TEXT NOT NULL,
        ends_at INTEGER NOT NULL
      ) WITHOUT ROWID, STRICT;

      -- id: hash of the cookie. role: of a portal's user; our own users have theirs in "user".
      CREATE TABLE session (
        id TEXT PRIMARY KEY,
        login TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('alone', 'portal')),
        role TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL
      ) WITHOUT ROWID, STRICT;
      CREATE INDEX session_login ON session (login);

      CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        target TEXT NOT NULL,
        before TEXT,
        after TEXT
      ) STRICT;

      -- body: the connection's settings without any secret.
      CREATE TABLE connection_settings (
        name TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        body TEXT NOT NULL
      ) WITHOUT ROWID, STRICT;
      -- Kept when the connection is deleted: its numbers go on, and it can be restored.
      CREATE TABLE connection_version (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        body TEXT NOT NULL,
        changes TEXT NOT NULL,
        PRIMARY KEY (name, version)
      ) WITHOUT ROWID, STRICT;

      CREATE TABLE secret (
        connection TEXT NOT NULL,
        path TEXT NOT NULL,
        sealed TEXT NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (connection, path)
      ) WITHOUT ROWID, STRICT;
    `,
  },
  {
    version: 3,
    name: 'order numbers to search by, counts by hour, a first load that is held',
    sql: `
      ALTER TABLE binding ADD COLUMN number TEXT;
      CREATE INDEX binding_number ON binding (connection, number) WHERE number IS NOT NULL;

      -- at: begin of the hour, UTC. Written with the runs it counts, so it costs a row a commit and outlives the journal.
      CREATE TABLE hour (
        connection INTEGER NOT NULL,
        at INTEGER NOT NULL,
        done INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        PRIMARY KEY (connection, at)
      ) WITHOUT ROWID, STRICT;

      ALTER TABLE connection ADD COLUMN backfill_held INTEGER NOT NULL DEFAULT 0;
    `,
  },
  {
    version: 4,
    name: 'failed runs of a lane, beside those that were cut off',
    sql: 'ALTER TABLE lane ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;',
  },
  {
    version: 5,
    name: 'bindings of orders keyed by the shop id, so that an old order is found on one page',
    sql: `
      -- key: shop id * 4096 + connection; other ids are below zero, in the order they came (binding-key.ts).
      CREATE TABLE binding_by_id (
        key INTEGER PRIMARY KEY,
        connection INTEGER NOT NULL,
        entity TEXT NOT NULL,
        shop_id TEXT NOT NULL,
        external_id TEXT,
        base TEXT NOT NULL,
        intent_key TEXT,
        mapper_version TEXT NOT NULL,
        updated_at INTEGER NOT NULL,
        number TEXT
      ) STRICT;
      -- By the old key: orders were bound in about the order of their ids, so this is appending.
      INSERT INTO binding_by_id
        SELECT
          CASE WHEN entity = 'order' AND connection < 4096 AND length(shop_id) <= 12
              AND shop_id GLOB '[1-9]*' AND NOT shop_id GLOB '*[^0-9]*'
            THEN CAST(shop_id AS INTEGER) * 4096 + connection
            ELSE key - 4503599627370496 END,
          connection, entity, shop_id, external_id, base, intent_key, mapper_version, updated_at, number
        FROM binding ORDER BY key;
      DROP TABLE binding;
      ALTER TABLE binding_by_id RENAME TO binding;
      CREATE UNIQUE INDEX binding_shop ON binding (connection, entity, shop_id);
      CREATE UNIQUE INDEX binding_external ON binding (connection, entity, external_id)
        WHERE external_id IS NOT NULL;
      CREATE INDEX binding_number ON binding (connection, number) WHERE number IS NOT NULL;
    `,
  },
]

/** The schema this Mufta reads and writes. */
export const schemaVersion: number = migrations.length

/**
 * Brings the file up to date. Safe to run at the same time from several processes.
 * @throws StoreError `STORE_NEWER`; `STORE_OLDER` when `allowed` is false and something is to be done
 */
export function migrate(sql: Sql, options: { readonly allowed: boolean }): void {
  if (storedVersion(sql) === schemaVersion) return
  sql.run('BEGIN IMMEDIATE')
  try {
    const present = storedVersion(sql)
    if (present > schemaVersion) {
      throw new StoreError(
        'STORE_NEWER',
        `The store has schema ${present}, this Mufta knows ${schemaVersion}; use the newer Mufta or restore a backup`,
      )
    }
    const missing = migrations.filter((step) => step.version > present)
    if (missing.length > 0 && !options.allowed) {
      throw new StoreError(
        'STORE_OLDER',
        `The store has schema ${present}, this Mufta needs ${schemaVersion}; start "mufta run" once to bring it up to date`,
      )
    }
    for (const step of missing) sql.exec(`${step.sql}; PRAGMA user_version = ${step.version}`)
    sql.run('COMMIT')
  } catch (error) {
    sql.rollback()
    throw error
  }
}

function storedVersion(sql: Sql): number {
  return sql.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
}

import type { AuditEntry, AuditInput } from './admin-store.ts'
import type { Sql } from './sql.ts'
import type { Turn } from './turn.ts'

interface AuditRow {
  readonly id: number
  readonly at: number
  readonly who: string
  readonly action: string
  readonly target: string
  readonly before: string | null
  readonly after: string | null
}

/** Who changed what, kept for ever. */
export class Audit {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  write({ who, action, target, before, after }: AuditInput, turn: Turn): void {
    this.#sql.run(
      'INSERT INTO audit (at, who, action, target, before, after) VALUES (?, ?, ?, ?, ?, ?)',
      turn.now,
      who,
      action,
      target,
      toText(before),
      toText(after),
    )
  }

  list(before: number | undefined, limit: number): readonly AuditEntry[] {
    const rows = this.#sql.all<AuditRow>(
      'SELECT * FROM audit WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2',
      before ?? null,
      limit,
    )
    return rows.map((row) => ({ ...row, before: fromText(row.before), after: fromText(row.after) }))
  }
}

function toText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value)
}

function fromText(text: string | null): unknown {
  return text === null ? null : (JSON.parse(text) as unknown)
}

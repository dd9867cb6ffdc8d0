import type { Outcome } from './method.ts'
import { resolveReferences } from './references.ts'
import { Refusal } from './refusal.ts'
import { parseForm } from './request.ts'
import { asRow, phpArray, text, type Row } from './rows.ts'

/** Bitrix24 REST docs, batch: at most 50 commands. */
export const BATCH_COMMANDS = 50

export interface CommandAnswer {
  readonly outcome: Outcome
  readonly time: Row
}

/**
 * Runs the commands in order. Each failure is data (`result_error`); with `halt` the rest does not run and appears
 * nowhere. Every map is `[]` when empty and a JSON array when its keys are 0..n.
 */
export function runBatch(params: Row, run: (method: string, params: Row) => CommandAnswer): Row {
  const results = {
    result: new Map<string, unknown>(),
    error: new Map<string, unknown>(),
    total: new Map<string, unknown>(),
    next: new Map<string, unknown>(),
    time: new Map<string, unknown>(),
  }
  const isHalting = !['', '0', 'false', 'N'].includes(text(params['halt']))
  let count = 0
  for (const [key, command] of Object.entries(asRow(params['cmd']))) {
    // Server code: a command that is not a string is skipped without any trace.
    if (typeof command !== 'string') continue
    count += 1
    try {
      if (count > BATCH_COMMANDS) throw lengthExceeded()
      const { method, query } = split(command)
      if (method.toLowerCase() === 'batch') throw nestedBatch()
      const given = parseForm(query)
      const { outcome, time } = run(
        method,
        query.includes('$') || query.includes('%24') ? resolveReferences(given, results) : given,
      )
      results.result.set(key, outcome.result)
      if (outcome.total !== undefined) results.total.set(key, outcome.total)
      if (outcome.next !== undefined) results.next.set(key, outcome.next)
      results.time.set(key, time)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      results.error.set(key, error.toBody())
      if (isHalting) break
    }
  }
  return {
    result: phpArray(results.result),
    result_error: phpArray(results.error),
    result_total: phpArray(results.total),
    result_next: phpArray(results.next),
    result_time: phpArray(results.time),
  }
}

function split(command: string): { method: string; query: string } {
  const mark = command.indexOf('?')
  const method = mark < 0 ? command : command.slice(0, mark)
  return { method: method.replace(/\.json$/i, ''), query: mark < 0 ? '' : command.slice(mark + 1) }
}

function lengthExceeded(): Refusal {
  return new Refusal(400, 'ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded')
}

function nestedBatch(): Refusal {
  return new Refusal(405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage')
}

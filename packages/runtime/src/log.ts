import { pino, type DestinationStream } from 'pino'
import type { ConnectorLog } from '@mufta/kit'

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  /** Applied to every finished line: the last net under the redaction at birth. */
  readonly redact: (line: string) => string
  readonly write: (line: string) => void
}

/** NDJSON, one line an event; `time` is ISO 8601 in UTC. */
export function createLog({ level, redact, write }: LogOptions): ConnectorLog {
  const destination: DestinationStream = { write: (line) => write(redact(line)) }
  const formatters = { level: (label: string) => ({ level: label }) }
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, destination)
}

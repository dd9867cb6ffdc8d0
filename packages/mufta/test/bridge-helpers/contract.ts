import { readFileSync } from 'node:fs'
import { z } from 'zod'

const folder = new URL('../../../bitrix/src/bridge/contract/', import.meta.url)

interface SchemaFile {
  readonly $schema: string
  readonly $defs: Readonly<Record<string, unknown>>
}

const file = JSON.parse(readFileSync(new URL('protocol.schema.json', folder), 'utf8')) as SchemaFile
const made = new Map<string, z.ZodType>()

/** Faults of a value against one definition of the shared JSON schema; '' = none. */
export function faultsOf(definition: string, value: unknown): string {
  let schema = made.get(definition)
  if (schema === undefined) {
    if (!(definition in file.$defs)) throw new Error(`the contract has no ${definition}`)
    const { $schema, $defs } = file
    schema = z.fromJSONSchema({ $schema, $defs, $ref: `#/$defs/${definition}` } as Parameters<
      typeof z.fromJSONSchema
    >[0])
    made.set(definition, schema)
  }
  const { error } = schema.safeParse(value)
  return error === undefined ? '' : z.prettifyError(error)
}

export interface RequestVector {
  readonly name: string
  readonly secret: string
  readonly time: number
  readonly nonce: string
  readonly method: string
  readonly target: string
  readonly body?: string
  readonly bodyBase64?: string
  readonly bodyRepeat?: { readonly text: string; readonly bytes: number }
  readonly signature: string
}

export interface PairingVector {
  readonly name?: string
  readonly letters: string
  readonly nonce: string
  readonly siteUrl: string
  readonly moduleId: string
  readonly proof: string
  readonly box: string
  readonly opened: { readonly key: string; readonly secret: string }
}

export const vectors = JSON.parse(readFileSync(new URL('hmac-vectors.json', folder), 'utf8')) as {
  readonly requests: readonly RequestVector[]
  readonly refused: readonly Record<string, unknown>[]
  readonly pairing: readonly PairingVector[]
}

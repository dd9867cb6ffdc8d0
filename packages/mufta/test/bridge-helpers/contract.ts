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

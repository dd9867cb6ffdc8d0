import { z, type ZodType } from 'zod'
import type { Route } from './route.ts'
import { errorBody } from './schemas/common.ts'

/** OpenAPI 3.1 of the routes, from the very schemas that validate them. */
export function openApi(routes: readonly Route[], version: string): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes)
    (paths[`/api${route.path}`] ??= {})[route.method.toLowerCase()] = operation(route)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mufta admin API',
      version,
      description:
        'What the admin page is made from. Times are Unix milliseconds. Roles: viewer < operator < admin. Writes need the header X-CSRF-Token with "csrf" of GET /api/session.',
    },
    paths,
    components: {
      schemas: { Error: schemaOf(errorBody, 'output') },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'mufta_session' } },
    },
  }
}

function operation(route: Route): Record<string, unknown> {
  const { method, path, summary, role, params, query, body, answer, contentType } = route
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^a-z]+([a-z]?)/gi, (_all, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(role === null ? { security: [] } : { security: [{ session: [] }], 'x-role': role }),
    parameters: [
      ...parameters(params, 'path'),
      ...parameters(query, 'query'),
      ...(role === null || method === 'GET' ? [] : [CSRF]),
    ],
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: {
      200: {
        description: 'Done',
        content: {
          [contentType]: { schema: answer === null ? { type: 'string' } : schemaOf(answer, 'output') },
        },
      },
      default: {
        description: 'Refused: error is a stable code, fields say what is wrong where',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

const CSRF = { name: 'X-CSRF-Token', in: 'header', required: true, schema: { type: 'string' } }

function parameters(schema: ZodType | null, place: 'path' | 'query'): readonly Record<string, unknown>[] {
  if (schema === null) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    readonly properties?: Readonly<Record<string, unknown>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: inner,
  }))
}

function schemaOf(schema: ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

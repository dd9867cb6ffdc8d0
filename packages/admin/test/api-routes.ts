import type { Caller } from './api-caller.ts'

export interface ApiRoute {
  readonly method: string
  /** Without "/api", its places still in braces. */
  readonly path: string
  /** null = open to all. */
  readonly role: 'viewer' | 'operator' | 'admin' | null
}

/** Every route that the running Mufta documents. */
export async function apiRoutes(caller: Caller): Promise<readonly ApiRoute[]> {
  const { paths } = await caller.ask<{
    paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-role'?: ApiRoute['role'] }>>>>
  }>('GET', '/openapi.json')
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/^\/api/, ''),
      role: operation['x-role'] ?? null,
    })),
  )
}

/** A route's address with values in its places. */
export function addressOf({ path }: ApiRoute, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'none'))
}

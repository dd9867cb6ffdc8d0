import { BYTE_ORDER_MARK, csvRow } from '../../insight/csv.ts'
import {
  allProblems,
  ignoreProblems,
  problemPages,
  retryProblems,
  type ProblemChoice,
} from '../../insight/problem-acts.ts'
import { actionOf, groupOf, keyOf, shared, type ProblemKey } from '../../insight/problem-groups.ts'
import { parseLane } from '../../lanes.ts'
import type { ApiDeps } from '../deps.ts'
import { ApiError } from '../errors.ts'
import { shownTo } from '../masked.ts'
import { rawRoute, route, type Route } from '../route.ts'
import * as schema from '../schemas/problems.ts'
import { download } from '../text-stream.ts'

export function problemRoutes(deps: ApiDeps): readonly Route[] {
  const { store, runtime, audit } = deps
  return [
    route({
      method: 'GET',
      path: '/problems',
      summary: 'What is parked or dead, grouped by cause, each with the act that cures it',
      role: 'viewer',
      query: schema.problemQuery,
      answer: schema.problemGroups,
      handle: async ({ who, query: { connection } }) => {
        const groups = await store.reads.problems(connection === undefined ? {} : { connection })
        return {
          groups: groups.map((group) => ({
            ...group,
            key: keyOf(group),
            ...shownTo(who, { ...group.failure, facts: shared(group.failure) }),
            action: actionOf(group),
          })),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/problems/items',
      summary: 'The members of one group',
      role: 'viewer',
      query: schema.itemQuery,
      answer: schema.problemItems,
      handle: async ({ who, query: { key, after, limit } }) => {
        const page = await store.reads.problemItems({
          ...requireGroup(key),
          limit,
          ...(after === undefined ? {} : { after }),
        })
        return {
          rows: page.rows.map(({ id, failure, ...item }) => ({
            ...item,
            ...(id === null ? {} : { id }),
            shopId: parseLane(item.lane).id,
            ...shownTo(who, failure),
          })),
          next: page.next,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/problems/retry',
      summary: 'Puts problems to work again: a group, all, dead letters by number or lanes by name',
      role: 'operator',
      body: schema.retry,
      answer: schema.counted,
      handle: async ({ who, body }) => {
        const choice = 'all' in body ? { filters: allProblems(body.connection) } : choiceOf(body)
        const count = await retryProblems(store, choice, runtime.stopping)
        await audit({ who: who.login, action: 'problems.retry', target: targetOf(choice), after: { count } })
        return { count }
      },
    }),
    route({
      method: 'POST',
      path: '/problems/ignore',
      summary: 'Throws problems away with a reason, which stays in the journal',
      role: 'operator',
      body: schema.ignore,
      answer: schema.counted,
      handle: async ({ who, body: { reason, ...rest } }) => {
        const choice = choiceOf(rest)
        const count = await ignoreProblems(store, choice, reason, runtime.stopping)
        await audit({
          who: who.login,
          action: 'problems.ignore',
          target: targetOf(choice),
          after: { count, reason },
        })
        return { count }
      },
    }),
    rawRoute({
      path: '/problems.csv',
      summary:
        'Every problem as a table; with semicolons for a browser that asks for Russian, as its Excel reads it',
      role: 'viewer',
      contentType: 'text/csv',
      query: schema.problemQuery,
      handle: ({ who, query: { connection }, signal, context }) => {
        const isRussian = /^\s*ru\b/i.test(context.req.header('accept-language') ?? '')
        const rows = csvOf(deps, connection, isRussian ? ';' : ',', signal, (text) => shownTo(who, text))
        return download(deps, rows, { contentType: 'text/csv', fileName: 'mufta-problems.csv' })
      },
    }),
  ]
}

const HEADS = ['kind', 'connection', 'entity', 'id', 'code', 'message', 'attempts', 'at']

async function* csvOf(
  { store }: Pick<ApiDeps, 'store'>,
  connection: string | undefined,
  separator: string,
  signal: AbortSignal,
  shown: (text: string) => string,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvRow(HEADS, separator)
  for (const filter of allProblems(connection)) {
    for await (const items of problemPages(store, filter, signal)) {
      yield items
        .map(({ connection, lane, failure: { code, message }, attempts, at }) => {
          const { entity, id } = parseLane(lane)
          const when = at === null ? null : new Date(at).toISOString()
          return csvRow(
            [filter.kind, connection, entity, id, code, shown(message), attempts, when],
            separator,
          )
        })
        .join('')
    }
  }
}

type Chosen =
  | { readonly key: string }
  | { readonly ids: readonly number[] }
  | { readonly connection: string; readonly lanes: readonly string[] }

function choiceOf(body: Chosen): ProblemChoice {
  return 'key' in body ? { filters: [requireGroup(body.key)] } : body
}

function requireGroup(key: string): ProblemKey {
  const group = groupOf(key)
  if (group !== null) return group
  throw new ApiError(404, 'PROBLEM_UNKNOWN', 'There is no such group of problems: load the page again')
}

function targetOf(choice: ProblemChoice): string {
  if ('ids' in choice) return `${choice.ids.length} dead letters`
  if ('lanes' in choice) return `${choice.lanes.length} lanes of ${choice.connection}`
  const [first, ...more] = choice.filters
  if (more.length > 0) return first?.connection ?? 'all'
  return [first?.connection, first?.kind, first?.cause?.code, first?.cause?.value]
    .filter((part) => part != null)
    .join(' ')
}

import { checkSides } from '../../settings-store/check-sides.ts'
import { mappingView } from '../../settings-store/dictionaries.ts'
import { tryOut } from '../../settings-store/trial.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { connectionParam, done, OK } from '../schemas/common.ts'
import * as schema from '../schemas/connections.ts'

/** Longest look at the two systems. */
const CHECK_MS = 90_000

/** What asks the two systems themselves, and what holds a connection or lets it go on. */
export function liveRoutes({ registry, store, audit }: ApiDeps): readonly Route[] {
  const limited = (signal: AbortSignal): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)])
  return [
    route({
      method: 'POST',
      path: '/check',
      summary:
        'Checks settings live before they are saved; what is not given comes from the connection "name"',
      role: 'admin',
      body: schema.trial,
      answer: schema.checkReport,
      handle: async ({ body, signal }) =>
        report(await tryOut(registry, body as Parameters<typeof tryOut>[1], limited(signal))),
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/check',
      summary: 'Checks both sides of a connection live; changes nothing',
      role: 'operator',
      params: connectionParam,
      answer: schema.checkReport,
      handle: async ({ params, signal }) => {
        const connection = await registry.opened(params.name)
        const { shop, ...external } = connection.parts
        return report(await checkSides({ shop, external }, limited(signal), connection.safe))
      },
    }),
    route({
      method: 'GET',
      path: '/connections/{name}/dictionaries',
      summary: 'Live dictionaries of both sides, what is mapped, and how many orders wait for what is not',
      role: 'viewer',
      params: connectionParam,
      answer: schema.mappings,
      handle: async ({ params, signal }) => {
        const view = await mappingView(store, await registry.opened(params.name), { signal: limited(signal) })
        return { ...view, shop: listsOf(view.shop), external: listsOf(view.external) }
      },
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/pause',
      summary: 'Holds a connection until a person lets it go on',
      role: 'operator',
      params: connectionParam,
      body: schema.pause,
      answer: done,
      handle: async ({ who, params: { name }, body }) => {
        await known(name)
        const given = body.reason === undefined || body.reason === '' ? null : body.reason
        const message = given ?? 'Paused on the admin page'
        const ru = given ?? 'Поставлено на паузу на странице администратора'
        await store.pause(name, { code: 'PAUSED_BY_OPERATOR', message, ru }, true)
        await audit({ who: who.login, action: 'connection.pause', target: name, after: { reason: message } })
        return OK
      },
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/resume',
      summary: 'Lets a paused connection go on',
      role: 'operator',
      params: connectionParam,
      answer: done,
      handle: async ({ who, params: { name } }) => {
        await known(name)
        await store.resume(name)
        await audit({ who: who.login, action: 'connection.resume', target: name })
        return OK
      },
    }),
  ]

  async function known(name: string): Promise<void> {
    if (registry.file(name) === undefined) await registry.stored(name)
  }
}

function report({ ok, findings }: Awaited<ReturnType<typeof checkSides>>) {
  return { ok, findings: [...findings] }
}

function listsOf<Entry>(lists: Readonly<Record<string, readonly Entry[]>>): Record<string, Entry[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, entries]) => [name, [...entries]]))
}

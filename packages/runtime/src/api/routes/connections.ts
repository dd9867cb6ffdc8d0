import { describeSettings } from '@mufta/kit'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { connectionParam, done, OK } from '../schemas/common.ts'
import * as schema from '../schemas/connections.ts'

export function connectionRoutes({ registry, editor }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/connectors',
      summary: 'External systems that a connection may be made with, and the fields of their settings',
      role: 'viewer',
      answer: schema.connectors,
      handle: async () => ({
        connectors: (await registry.connectors()).map(
          ({ name, connector: { id, title, version, settings } }) => ({
            name,
            id,
            title,
            version,
            fields: fieldsOf(describeSettings(settings)),
          }),
        ),
      }),
    }),
    route({
      method: 'GET',
      path: '/connections',
      summary: 'All connections, of the configuration file and of the store',
      role: 'viewer',
      answer: schema.connectionList,
      handle: async () => ({ connections: [...(await registry.list())] }),
    }),
    route({
      method: 'POST',
      path: '/connections',
      summary: 'Makes a connection and opens it at once',
      role: 'admin',
      body: schema.newConnection,
      answer: schema.saved,
      handle: async ({ who, body: { name, ...parts } }) => ({
        name,
        version: await editor.create(who.login, name, parts as Parameters<typeof editor.create>[2]),
      }),
    }),
    route({
      method: 'GET',
      path: '/connections/{name}',
      summary: 'Settings of a connection with a mark in place of each secret',
      role: 'viewer',
      params: connectionParam,
      answer: schema.connectionView,
      handle: async ({ params }) => {
        const view = await registry.view(params.name)
        return { ...view, fields: fieldsOf(view.fields), fieldRules: [...view.fieldRules] }
      },
    }),
    route({
      method: 'PUT',
      path: '/connections/{name}',
      summary: 'Changes the parts that are given and opens the connection anew',
      role: 'admin',
      params: connectionParam,
      body: schema.connectionChange,
      answer: schema.saved,
      handle: async ({ who, params: { name }, body: { version, ...parts } }) => ({
        name,
        version: await editor.change(who.login, name, version, parts as Parameters<typeof editor.change>[3]),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/connections/{name}',
      summary: 'Takes a connection away with its secrets; its queue and its versions stay',
      role: 'admin',
      params: connectionParam,
      answer: done,
      handle: async ({ who, params }) => {
        await editor.remove(who.login, params.name)
        return OK
      },
    }),
    route({
      method: 'GET',
      path: '/connections/{name}/versions',
      summary: 'What was changed when and by whom, newest first',
      role: 'viewer',
      params: connectionParam,
      answer: schema.versions,
      handle: async ({ params }) => ({
        versions: (await editor.versions(params.name)).map((each) => ({
          ...each,
          changes: [...each.changes],
        })),
      }),
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/versions/{version}/restore',
      summary: 'Puts the settings of an earlier version back; secrets stay as they are',
      role: 'admin',
      params: schema.versionParam,
      answer: schema.saved,
      handle: async ({ who, params: { name, version } }) => ({
        name,
        version: await editor.restore(who.login, name, version),
      }),
    }),
  ]
}

function fieldsOf(fields: ReturnType<typeof describeSettings>) {
  return fields.map(({ choices, ...field }) => ({
    ...field,
    ...(choices === undefined ? {} : { choices: [...choices] }),
  }))
}

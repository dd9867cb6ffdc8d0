import { Secret } from '@mufta/kit'
import { requireVault } from '../../vault/open-vault.ts'
import { rotateSecrets } from '../../vault/rotate.ts'
import { keyIdOf } from '../../vault/vault.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import * as schema from '../schemas/connections.ts'

export function secretRoutes({ editor, store, vault, audit, pairing, registry }: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'PUT',
      path: '/connections/{name}/secrets/{path}',
      summary: 'Sets a secret; it is never read back',
      role: 'admin',
      params: schema.secretParam,
      body: schema.secretValue,
      answer: schema.secretMark,
      handle: ({ who, params, body }) =>
        editor.setSecret(who.login, params.name, params.path, new Secret(body.value)),
    }),
    route({
      method: 'GET',
      path: '/secrets',
      summary: 'Which secrets are set, since when and with which key they are sealed',
      role: 'admin',
      answer: schema.secretList,
      handle: async () => ({
        keys: [...(vault?.keys.ids ?? [])],
        secrets: (await store.admin.secrets()).map(({ connection, path, sealed, at, who }) => ({
          connection,
          path,
          key: keyIdOf(sealed),
          at,
          by: who,
        })),
      }),
    }),
    route({
      method: 'POST',
      path: '/secrets/rotate',
      summary: 'Seals every secret anew with the first key of MUFTA_KEYS',
      role: 'admin',
      answer: schema.rotation,
      handle: async ({ who, signal }) => {
        const sealer = requireVault(vault)
        const result = await rotateSecrets(store.admin, sealer, { signal })
        for (const { name } of await registry.list()) await pairing?.reseal(name)
        const after = { ...result, key: sealer.keys.currentId }
        await audit({ who: who.login, action: 'secret.rotate', target: '', after })
        return result
      },
    }),
  ]
}

import type { BridgeCredentials } from '@mufta/bitrix'
import { Secret } from '@mufta/kit'
import type { Store, Vault } from '@mufta/runtime'
import { z } from 'zod'

/** What a pairing left behind; sealed whole, so that a new pairing replaces key and address in one step. */
const schema = z.object({
  keyId: z.string(),
  endpoint: z.string(),
  siteUrl: z.string(),
  moduleId: z.string(),
  pairedAt: z.number(),
  secret: z.string(),
})

export type PairedKey = z.output<typeof schema>

/** Where it lies among the secrets of the connection; no setting has a path like that. */
const PATH = 'pairing.key'

/** Keeps the key of a connection, sealed; the key before it is gone. */
export async function savePairedKey(
  store: Store,
  vault: Vault,
  connection: string,
  key: PairedKey,
): Promise<void> {
  const place = { connection, path: PATH }
  const sealed = vault.seal(place, new Secret(JSON.stringify(key)))
  const after = { module: key.moduleId, site: key.siteUrl, key: key.keyId }
  const audit = { who: key.moduleId, action: 'bridge.pair', target: connection, after }
  await store.admin.putSecret({ ...place, sealed }, audit)
}

/** The present key of a connection; null = not paired yet. @throws VaultError */
export function findPairedKey(
  store: Pick<Store, 'admin'>,
  vault: Vault,
  connection: string,
): PairedKey | null {
  const sealed = store.admin.sealedSecret(connection, PATH)
  return sealed === null ? null : unseal(vault, connection, sealed)
}

/** The present key of a connection at every call, so that a pairing made while we run counts at once; null = none yet. */
export function pairedCredentials(
  store: Pick<Store, 'admin'>,
  vault: Vault,
  connection: string,
): () => BridgeCredentials | null {
  let known: { readonly sealed: string; readonly credentials: BridgeCredentials } | null = null
  return () => {
    const sealed = store.admin.sealedSecret(connection, PATH)
    if (sealed === null) return null
    if (known?.sealed === sealed) return known.credentials
    const { keyId, endpoint, secret, pairedAt } = unseal(vault, connection, sealed)
    known = { sealed, credentials: { keyId, endpoint, secret, since: pairedAt } }
    return known.credentials
  }
}

function unseal(vault: Vault, connection: string, sealed: string): PairedKey {
  return schema.parse(JSON.parse(vault.open({ connection, path: PATH }, sealed).reveal()))
}

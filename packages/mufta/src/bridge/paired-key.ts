import type { BridgeCredentials } from '@mufta/bitrix'
import type { Store } from '@mufta/runtime'
import { z } from 'zod'
import type { Vault } from './vault.ts'

/** What a pairing left behind. The secret alone is a secret, and sealed. */
const schema = z.object({
  v: z.literal(1),
  keyId: z.string(),
  endpoint: z.string(),
  siteUrl: z.string(),
  moduleId: z.string(),
  pairedAt: z.number(),
  secret: z.string(),
})

export type PairedKey = Omit<z.output<typeof schema>, 'v'>

const rowOf = (connection: string): string => `bridge/${connection}/key`

/** Keeps the key of a connection, sealed; the key before it is gone. */
export async function savePairedKey(
  store: Store,
  vault: Vault,
  connection: string,
  key: PairedKey,
): Promise<void> {
  const row = rowOf(connection)
  await store.setValue(row, JSON.stringify({ v: 1, ...key, secret: vault.seal(row, key.secret) }))
}

/**
 * The present key of a connection at every call, so that a pairing made while we run counts at once; null = none yet.
 * The vault is asked for only when there is something to open.
 */
export function pairedCredentials(
  store: Pick<Store, 'value'>,
  vault: () => Vault,
  connection: string,
): () => BridgeCredentials | null {
  const row = rowOf(connection)
  let known: { readonly text: string; readonly credentials: BridgeCredentials } | null = null
  return () => {
    const text = store.value(row)
    if (text === null) return null
    if (known?.text === text) return known.credentials
    const { keyId, endpoint, secret } = schema.parse(JSON.parse(text))
    known = { text, credentials: { keyId, endpoint, secret: vault().open(row, secret) } }
    return known.credentials
  }
}

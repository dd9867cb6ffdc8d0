import { createDecipheriv, createHmac } from 'node:crypto'
import { PermanentError, Secret, type CallOptions } from '@mufta/kit'
import { z } from 'zod'
import { BridgeClient, type BridgeClientOptions, type BridgeCredentials } from './bridge-client.ts'

/** The connector's settings as an administrator typed them on the site's page. */
export interface SiteSettings {
  readonly mode: 'production' | 'test'
  /** By the path of the field ("paymentStatuses.paid"); what was never typed is absent, secrets are `Secret`. */
  readonly values: ReadonlyMap<string, unknown>
}

/**
 * Reads them from the module: one request.
 * @throws PermanentError `BRIDGE_BOX` when a secret cannot be opened; the errors of a call
 */
export async function readSiteSettings(
  credentials: BridgeCredentials,
  options: Omit<BridgeClientOptions, 'credentials'> & CallOptions = {},
): Promise<SiteSettings> {
  const { signal, ...rest } = options
  const client = new BridgeClient({ ...rest, credentials: () => credentials })
  try {
    const call = signal === undefined ? {} : { signal }
    const { mode, values } = await client.call('settings.read', {}, call)
    const typed = Object.entries(values).filter(([, value]) => value !== null)
    return { mode, values: new Map(typed.map(([path, value]) => [path, opened(credentials, path, value)])) }
  } finally {
    await client.close()
  }
}

const boxed = z.strictObject({ box: z.base64() })

function opened({ secret }: BridgeCredentials, path: string, value: unknown): unknown {
  const box = boxed.safeParse(value)
  return box.success ? new Secret(openSetting(secret, path, box.data.box)) : value
}

/** base64 of iv (12), tag (16), AES-256-GCM ciphertext; the key is derived from the shared secret and the path. */
function openSetting(secret: string, path: string, box: string): string {
  const raw = Buffer.from(box, 'base64')
  const key = createHmac('sha256', secret).update(`settings\n${path}`).digest()
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, raw.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(Buffer.from('mufta-settings-v1'))
    decipher.setAuthTag(raw.subarray(12, 28))
    return Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
  } catch {
    throw new PermanentError(
      'BRIDGE_BOX',
      `The secret setting "${path}" of the site cannot be opened; pair again`,
      {
        facts: { system: 'site', method: 'settings.read', field: path },
      },
    )
  }
}

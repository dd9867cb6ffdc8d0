import type { AdminStore } from '../store/admin-store.ts'
import type { Vault } from './vault.ts'

export interface Rotation {
  /** Sealed anew with the key in use. */
  readonly rotated: number
  /** Still sealed with an older key (stopped in between). */
  readonly left: number
}

export interface RotateOptions {
  readonly signal?: AbortSignal
  readonly onStep?: (done: number, total: number) => void
}

/**
 * Seals every secret anew with the key in use, one row a step, beside a running runtime. Stopped or killed at any
 * moment it goes on where it was; a secret that somebody replaces meanwhile keeps the new value.
 * @throws VaultError when a secret does not open; those before it are done
 */
export async function rotateSecrets(
  store: AdminStore,
  vault: Vault,
  { signal, onStep }: RotateOptions = {},
): Promise<Rotation> {
  const old = (await store.secrets()).filter(({ sealed }) => !vault.isCurrent(sealed))
  let done = 0
  for (const secret of old) {
    if (signal?.aborted === true) break
    // A lost race means that it was set anew, and so with the key in use or one that the next round will find.
    await store.resealSecret(secret, vault.seal(secret, vault.open(secret, secret.sealed)))
    done++
    onStep?.(done, old.length)
  }
  const left = (await store.secrets()).filter(({ sealed }) => !vault.isCurrent(sealed)).length
  return { rotated: done, left }
}

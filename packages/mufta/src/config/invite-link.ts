import type { LoadedConfig } from './load.ts'

/**
 * The page's address of a one-time link. The token stands behind "#": browsers send that part to nobody. `url`: where
 * a running Mufta listens, when that is known.
 */
export function inviteLink({ config }: LoadedConfig, token: string, url: string | null = null): string {
  const { publicUrl, host, port } = config.http
  const reached = publicUrl ?? url ?? `http://${host}:${port}`
  const base = reached.replace(/\/+$/, '').replace(/\/\/(0\.0\.0\.0|\[?::\]?)(?=:|$)/, '//localhost')
  return `${base}/admin/#/first?token=${token}`
}

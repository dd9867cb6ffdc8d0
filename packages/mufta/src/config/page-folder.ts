import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** As the package says. */
export const { version: VERSION } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }

/** The built admin page: inside the published package, or beside this one in the workspace. */
export function pageFolder(): string {
  const [shipped, workspace] = ['../../admin/', '../../../admin/dist/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string]
  return existsSync(`${shipped}index.html`) ? shipped : workspace
}

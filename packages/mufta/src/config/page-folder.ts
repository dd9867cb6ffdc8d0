import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const VERSION = '0.1.0'

/** The built admin page: inside the published package, or beside this one in the workspace. */
export function pageFolder(): string {
  const [shipped, workspace] = ['../../admin/', '../../../admin/dist/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string]
  return existsSync(`${shipped}index.html`) ? shipped : workspace
}

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}
const PACKED = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt', '.webmanifest'])
const compress = promisify(gzip)

export interface PageFile {
  readonly type: string
  readonly body: Buffer
  /** null = it would gain nothing. */
  readonly gzipped: Buffer | null
  readonly etag: string
  /** Its name changes with its content: it may be kept for ever. */
  readonly isHashed: boolean
}

/**
 * The built page in memory: only names found in the folder are ever served, so no path leads out of it. Read at the
 * first request, again when it was not there.
 */
export class StaticPage {
  readonly #folder: string
  #names: Promise<ReadonlySet<string>> | null = null
  readonly #files = new Map<string, Promise<PageFile>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** null = there is no such file. `path` begins without a slash; "" is the page itself. */
  async file(path: string): Promise<PageFile | null> {
    const name = path === '' ? 'index.html' : path
    this.#names ??= list(this.#folder)
    const names = await this.#names
    if (names.size === 0) this.#names = null
    if (!names.has(name)) return null
    const known = this.#files.get(name) ?? load(this.#folder, name)
    this.#files.set(name, known)
    return known
  }
}

async function list(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return new Set(
    entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length)
          .replace(/^[\\/]/, '')
          .replaceAll('\\', '/'),
      ),
  )
}

async function load(folder: string, name: string): Promise<PageFile> {
  const body = await readFile(join(folder, name))
  const extension = extname(name)
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    body,
    gzipped: PACKED.has(extension) ? await compress(body, { level: 9 }) : null,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    isHashed: /[-.][\w-]{8,}\.\w+$/.test(name) && name !== 'index.html' && name.includes('/'),
  }
}

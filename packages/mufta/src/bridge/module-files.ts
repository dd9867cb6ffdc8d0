import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { ConfigError } from '@mufta/kit'
import { readZip } from './zip.ts'

/** Path inside the module (with "/") → content, sorted by path. */
export type ModuleFiles = ReadonlyMap<string, Buffer>

/** Every file below a folder; hidden ones are no part of a module, except its .settings.php. */
export function readFolder(folder: string): ModuleFiles {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.') && part !== '.settings.php'))
  return sorted(found.map((path) => [path, readFileSync(join(folder, path))]))
}

/** A built module from a folder or a zip, without the folder around it, and the name of that folder. */
export function readModule(path: string): { readonly name: string | null; readonly files: ModuleFiles } {
  if (!existsSync(path)) {
    throw new ConfigError(
      'BRIDGE_TARGET_MISSING',
      {
        en: `There is nothing at ${path}`,
        ru: `${path}: здесь ничего нет; укажите папку или zip от «mufta bridge build»`,
      },
      { facts: { path } },
    )
  }
  if (statSync(path).isDirectory()) {
    return { name: path.split(/[\\/]/).findLast((part) => part !== '') ?? null, files: readFolder(path) }
  }
  const files = readZip(readFileSync(path))
  const tops = new Set([...files.keys()].map((name) => name.split('/')[0] as string))
  const [top] = tops
  if (tops.size !== 1 || top === undefined || files.has(top)) return { name: null, files }
  const inner = [...files].map(([name, content]) => [name.slice(top.length + 1), content] as const)
  return { name: top, files: sorted(inner) }
}

/** Writes the files into a folder that is new, or made anew with `isForced`. @throws ConfigError `BRIDGE_TARGET_EXISTS` */
export function writeFolder(folder: string, files: ModuleFiles, isForced: boolean): void {
  mustBeFree(folder, isForced)
  // What an older build left must not stay beside the new one.
  rmSync(folder, { recursive: true, force: true })
  for (const [path, content] of files) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }
}

export function mustBeFree(path: string, isForced: boolean): void {
  if (isForced || !existsSync(path)) return
  throw new ConfigError(
    'BRIDGE_TARGET_EXISTS',
    `${path} is there already: choose another --out, or replace it with --force`,
  )
}

export function sorted(files: Iterable<readonly [string, Buffer]>): ModuleFiles {
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

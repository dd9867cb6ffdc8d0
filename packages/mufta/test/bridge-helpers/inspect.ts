import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Site } from './site.ts'

export interface StaticFinding {
  readonly file: string
  readonly line: number
  readonly rule: string
  readonly text: string
}

const LINT = fileURLToPath(new URL('./php/lint.php', import.meta.url))
const SCRIPT = fileURLToPath(new URL('./php/inspect.php', import.meta.url))

/** What PHP's own tokenizer finds wrong with a module that lies in a site. */
export function inspectModule(site: Site): readonly StaticFinding[] {
  const args = [SCRIPT, site.root, site.moduleFolder, site.id]
  const { stdout, stderr, status } = spawnSync('php', args, { encoding: 'utf8', timeout: 60_000 })
  if (status !== 0) throw new Error(`the inspection failed: ${stdout}${stderr}`)
  return JSON.parse(stdout) as readonly StaticFinding[]
}

/** Paths of a module's files with "/", sorted. */
export function filesOf(folder: string, ending = ''): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** Compiles every file as `php -l` does and returns what PHP said: '' = all good. */
export function lintPhp(folder: string): string {
  const files = filesOf(folder, '.php').map((file) => join(folder, file))
  const args = ['-d', 'opcache.enable_cli=1', '-d', 'opcache.validate_timestamps=0', LINT, ...files]
  const { stdout, stderr, status } = spawnSync('php', args, { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? stdout + stderr : `${stdout}${stderr}exit ${status}`
}

/** Language keys of the module's code and of its two languages. */
export function languageKeys(folder: string): Record<'used' | 'ru' | 'en', ReadonlySet<string>> {
  const keys = (files: readonly string[], pattern: RegExp): ReadonlySet<string> =>
    new Set(
      files.flatMap((file) =>
        [...readFileSync(join(folder, file), 'utf8').matchAll(pattern)].map(([, key]) => key ?? ''),
      ),
    )
  const files = filesOf(folder, '.php')
  const inLang = (name: string): readonly string[] => files.filter((file) => file.startsWith(`lang/${name}/`))
  const code = files.filter((file) => !file.startsWith('lang/'))
  const define = /^\$MESS\['([A-Z0-9_]+)'\]/gm
  return {
    used: keys(code, /'(MUFTA_BRIDGE_[A-Z0-9_]+)'/g),
    ru: keys(inLang('ru'), define),
    en: keys(inLang('en'), define),
  }
}

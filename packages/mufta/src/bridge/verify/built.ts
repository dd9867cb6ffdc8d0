import type { Title, Words } from '@mufta/kit'
import type { ModuleFiles } from '../module-files.ts'
import { namesOf, type ModuleNames } from '../module-names.ts'
import { phpTokens, type PhpToken } from './php-tokens.ts'

/** Something wrong with a module: which rule, where, what. */
export interface Fault {
  /** Stable: "PHP_EVAL", "LANG_MISSING" … */
  readonly rule: string
  readonly file: string
  /** From 1; absent when it concerns the file as a whole. */
  readonly line?: number
  /** A plain text is that of a tool of PHP. */
  readonly message: Words
}

export interface PhpFile {
  readonly path: string
  readonly source: string
  readonly tokens: readonly PhpToken[]
  /** Without comments: what rules look at. */
  readonly code: readonly PhpToken[]
}

/** A module as the rules see it. */
export interface Built {
  readonly files: ModuleFiles
  readonly php: readonly PhpFile[]
  /** By the id that the installer declares; null = it declares none. */
  readonly names: ModuleNames | null
  /** The folder or the archive's top folder, when there is one. */
  readonly folder: string | null
}

export function words(en: string, ru: string): Title {
  return { en, ru }
}

export function openBuilt(files: ModuleFiles, folder: string | null): Built {
  const php = [...files]
    .filter(([path]) => path.endsWith('.php'))
    .map(([path, bytes]) => phpFile(path, bytes))
  return { files, php, folder, names: declaredNames(php) }
}

function phpFile(path: string, bytes: Buffer): PhpFile {
  const source = bytes.toString('utf8')
  const tokens = phpTokens(source)
  return { path, source, tokens, code: tokens.filter(({ kind }) => kind !== 'comment') }
}

function declaredNames(php: readonly PhpFile[]): ModuleNames | null {
  const installer = php.find(({ path }) => path === 'install/index.php')
  const code = installer?.code ?? []
  const at = code.findIndex(({ kind, text }) => kind === 'variable' && text === '$MODULE_ID')
  const value = code[at + 2]
  if (at < 0 || value?.kind !== 'string') return null
  try {
    return namesOf(value.text)
  } catch {
    return null // the rule of the installer says so
  }
}

export function isMark(token: PhpToken | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text
}

export function isName(token: PhpToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'name' && words.includes(token.text.toLowerCase().replace(/^\\/, ''))
}

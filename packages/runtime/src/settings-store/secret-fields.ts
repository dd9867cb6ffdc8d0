import { describeSettings, Secret, type Connector } from '@mufta/kit'
import type { SealedSecret } from '../store/admin-store.ts'
import type { ConnectionDefinition } from './definition.ts'
import { SettingsError } from './errors.ts'
import { isTree, textsOf, treeAt, treeWith, type Tree } from './tree.ts'

/** What the page sees in place of a secret. */
export interface SecretMark {
  readonly set: true
  /** null = it comes from the configuration file. */
  readonly at: number | null
  readonly by: string | null
}

/** Secrets to be set by path; null = to be taken away. */
export type SecretEdits = ReadonlyMap<string, Secret | null>

/** A connection may have other secrets beside those of its settings, such as the key of a paired site. */
export function isSettingsSecret({ path }: Pick<SealedSecret, 'path'>): boolean {
  return /^(?:site|settings)\./.test(path)
}

/** Paths of a connection's secrets: "site.webhook", "settings.apiKey". */
export function secretPaths(connector: Connector, siteSecrets: readonly string[]): readonly string[] {
  const fields = describeSettings(connector.settings).filter(({ kind }) => kind === 'secret')
  return [...siteSecrets.map((path) => `site.${path}`), ...fields.map(({ path }) => `settings.${path}`)]
}

/**
 * Takes the secrets out of what came from the page. A text sets one, null takes it away; a mark, an empty text or
 * nothing leaves it as it is.
 * @throws SettingsError `CONNECTION_INVALID` when a secret stands in a field that is none, or is no text
 */
export function takeSecrets(
  definition: ConnectionDefinition,
  paths: readonly string[],
): { readonly definition: ConnectionDefinition; readonly edits: SecretEdits } {
  let rest: Tree = definition
  const edits = new Map<string, Secret | null>()
  for (const path of paths) {
    const value = treeAt(rest, path)
    if (value === undefined) continue
    rest = treeWith(rest, path, undefined)
    if (value === null) edits.set(path, null)
    else if (typeof value === 'string' && value.trim() !== '') edits.set(path, new Secret(value.trim()))
    else if (typeof value !== 'string' && !isMark(value)) throw notText(path)
  }
  const left = new Set(textsOf(rest))
  for (const [path, secret] of edits) {
    // A very short one may be a word of its own right anywhere.
    if (secret === null || secret.reveal().length < 6 || !left.has(secret.reveal())) continue
    const fields = {
      [path]: {
        en: 'the same text stands in a field that everybody sees: take it away there',
        ru: 'тот же текст стоит в поле, которое видят все: уберите его оттуда',
      },
    }
    throw new SettingsError('CONNECTION_INVALID', 'A secret stands in a field that is none', { fields })
  }
  // A connector may have secrets and nothing else.
  return { definition: { settings: {}, ...rest } as ConnectionDefinition, edits }
}

/** The whole definition, as the inside needs it. Never to be stored or shown. */
export function withSecrets(
  definition: ConnectionDefinition,
  secrets: ReadonlyMap<string, Secret>,
): ConnectionDefinition {
  let whole: Tree = definition
  for (const [path, secret] of secrets) whole = treeWith(whole, path, secret.reveal())
  return whole as ConnectionDefinition
}

/** The definition as the page may see it: a mark in place of each secret that is set. */
export function withMarks(
  definition: ConnectionDefinition,
  rows: readonly Pick<SealedSecret, 'path' | 'at' | 'who'>[],
): ConnectionDefinition {
  let shown: Tree = definition
  for (const { path, at, who } of rows) shown = treeWith(shown, path, mark(at, who))
  return shown as ConnectionDefinition
}

/** A definition that holds its secrets in the open (the file's), with marks in their place. */
export function masked(definition: ConnectionDefinition, paths: readonly string[]): ConnectionDefinition {
  let shown: Tree = definition
  for (const path of paths)
    if (treeAt(shown, path) !== undefined) shown = treeWith(shown, path, mark(null, null))
  return shown as ConnectionDefinition
}

export function mark(at: number | null, by: string | null): SecretMark {
  return { set: true, at, by }
}

function isMark(value: unknown): boolean {
  return isTree(value) && value['set'] === true
}

function notText(path: string): SettingsError {
  const fields = { [path]: { en: 'a secret must be a text', ru: 'секрет должен быть текстом' } }
  return new SettingsError('CONNECTION_INVALID', 'A secret must be a text', { fields })
}

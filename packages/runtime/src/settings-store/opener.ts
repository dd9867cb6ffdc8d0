import {
  findProblems,
  secretsOf,
  type Connector,
  type Secret,
  type SettingProblem,
  type Title,
} from '@mufta/kit'
import type { ConnectionParts } from '../connection.ts'
import type { AdminStore } from '../store/admin-store.ts'
import { requireVault } from '../vault/open-vault.ts'
import type { Vault } from '../vault/vault.ts'
import type { ConnectionDefinition } from './definition.ts'
import { SettingsError } from './errors.ts'
import { isSettingsSecret, secretPaths, withSecrets } from './secret-fields.ts'
import { textsOf } from './tree.ts'
import type { Workshop } from './workshop.ts'

/** Secrets of one connection by path. */
export type SecretValues = ReadonlyMap<string, Secret>

/** Judges definitions of the store and opens them. */
export class Opener {
  readonly #workshop: Workshop
  readonly #store: AdminStore
  readonly #vault: Vault | null

  constructor(workshop: Workshop, store: AdminStore, vault: Vault | null) {
    this.#workshop = workshop
    this.#store = store
    this.#vault = vault
  }

  /** @throws SettingsError `CONNECTION_INVALID` for a connector that is not offered */
  async connector(name: string): Promise<Connector> {
    const offered = await this.#workshop.connectors()
    const found = offered.find((each) => each.name === name)
    if (found !== undefined) return found.connector
    const names = offered.map((each) => each.name).join(', ')
    throw invalid({
      connector: { en: `is unknown: one of ${names}`, ru: `такого нет; есть: ${names}` },
    })
  }

  paths(connector: Connector): readonly string[] {
    return secretPaths(connector, this.#workshop.siteSecrets)
  }

  /** The stored secrets of a connection's settings. @throws VaultError */
  async secrets(name: string): Promise<SecretValues> {
    const rows = (await this.#store.secrets(name)).filter(isSettingsSecret)
    return new Map(rows.map((row) => [row.path, requireVault(this.#vault).open(row, row.sealed)]))
  }

  /**
   * Judges field by field. Returns the paths of secrets that are still to be set: with them alone missing a connection
   * may be kept, though not opened.
   * @throws SettingsError `CONNECTION_INVALID`
   */
  judge(definition: ConnectionDefinition, connector: Connector, secrets: SecretValues): readonly string[] {
    const whole = withSecrets(definition, secrets)
    const problems = [
      ...under('site', this.#workshop.siteProblems(whole.site)),
      ...under('settings', findProblems(connector.settings, whole.settings)),
    ]
    const paths = new Set(this.paths(connector))
    const isToCome = ({ path, isMissing }: SettingProblem): boolean => isMissing && paths.has(path)
    const wrong = problems.filter((problem) => !isToCome(problem))
    if (wrong.length > 0) throw invalid(Object.fromEntries(wrong.map(({ path, text }) => [path, text])))
    this.#refuseHidden(definition, connector, whole)
    return problems.map(({ path }) => path)
  }

  /** @throws SettingsError `CONNECTION_INVALID` */
  judgeSite(site: ConnectionDefinition['site']): void {
    const problems = under('site', this.#workshop.siteProblems(site))
    if (problems.length > 0) throw invalid(Object.fromEntries(problems.map(({ path, text }) => [path, text])))
  }

  /** Parsed settings. @throws SettingsError `CONNECTION_INVALID` */
  judgeSettings(settings: ConnectionDefinition['settings'], connector: Connector): unknown {
    const problems = under('settings', findProblems(connector.settings, settings))
    if (problems.length > 0) throw invalid(Object.fromEntries(problems.map(({ path, text }) => [path, text])))
    return connector.settings.parse(settings)
  }

  /** @throws SettingsError `CONNECTION_INVALID`, `CONNECTION_INCOMPLETE`; ConfigError */
  async open(
    name: string,
    definition: ConnectionDefinition,
    secrets: SecretValues,
  ): Promise<ConnectionParts> {
    const connector = await this.connector(definition.connector)
    const missing = this.judge(definition, connector, secrets)
    if (missing.length > 0) {
      throw new SettingsError(
        'CONNECTION_INCOMPLETE',
        {
          en: `Set ${missing.join(', ')} first: without it the connection cannot be opened`,
          ru: `Сначала задайте ${missing.join(', ')}: без этого соединение не открыть`,
        },
        { fields: Object.fromEntries(missing.map((path) => [path, UNSET])) },
      )
    }
    return this.#workshop.open(name, withSecrets(definition, secrets), connector)
  }

  /** A secret in a place that the page does not know as one would be stored and shown in the open. */
  #refuseHidden(definition: ConnectionDefinition, connector: Connector, whole: ConnectionDefinition): void {
    const parsed = connector.settings.safeParse(whole.settings)
    const texts = new Set(textsOf(definition.settings))
    if (!parsed.success || !secretsOf(parsed.data).some((secret) => texts.has(secret))) return
    throw invalid({
      settings: {
        en: 'a secret inside a list can be kept in the configuration file only',
        ru: 'секрет внутри списка можно хранить только в файле настроек',
      },
    })
  }
}

function under(part: string, problems: readonly SettingProblem[]): readonly SettingProblem[] {
  return problems.map(({ path, text, isMissing }) => ({
    path: path === '' ? part : `${part}.${path}`,
    text,
    isMissing,
  }))
}

const UNSET: Title = { en: 'is missing: set it', ru: 'не задано: задайте' }

export function invalid(fields: Readonly<Record<string, Title>>): SettingsError {
  const paths = Object.keys(fields).join(', ')
  const message = { en: `Not right: ${paths}`, ru: `Заполнено неверно: ${paths}` }
  return new SettingsError('CONNECTION_INVALID', message, { fields })
}

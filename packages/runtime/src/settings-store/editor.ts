import { findProblems, type Secret } from '@mufta/kit'
import { closeParts } from '../connection.ts'
import type { ConnectionVersion, SealedSecret } from '../store/admin-store.ts'
import { Turns } from '../turns.ts'
import { requireVault } from '../vault/open-vault.ts'
import { changesBetween, type SettingChange } from './changes.ts'
import { connectionName, definitionSchema, type ConnectionDefinition } from './definition.ts'
import { SettingsError } from './errors.ts'
import { invalid, type SecretValues } from './opener.ts'
import { definitionOf, type ConnectionRegistry } from './registry.ts'
import { mark, takeSecrets, type SecretEdits, type SecretMark } from './secret-fields.ts'

export interface VersionView {
  readonly version: number
  readonly at: number
  readonly who: string
  readonly changes: readonly SettingChange[]
}

/** Parts of a definition; what is absent stays as it is. Secrets may stand in their places as texts. */
export type DefinitionEdit = {
  readonly [Part in keyof ConnectionDefinition]?: ConnectionDefinition[Part] | undefined
}

/** Changes connections of the store: judged, stored as a version with its audit line, then opened in the running runtime. */
export class ConnectionEditor {
  readonly #registry: ConnectionRegistry
  readonly #turns = new Turns()

  constructor(registry: ConnectionRegistry) {
    this.#registry = registry
  }

  /** @throws SettingsError `CONNECTION_INVALID`, `CONNECTION_EXISTS`; VaultError */
  create(who: string, name: string, edit: DefinitionEdit): Promise<number> {
    const [problem] = findProblems(connectionName, name)
    if (problem !== undefined) throw invalid({ name: problem.text })
    return this.#turns.run(name, async () => {
      const { admin } = this.#registry.options.store
      if (this.#registry.file(name) !== undefined || (await admin.connection(name)) !== null) throw exists()
      return this.#save(who, name, null, null, whole(edit))
    })
  }

  /** `version`: the one that was looked at. @throws SettingsError, `CONNECTION_CHANGED` when it is not the present one */
  change(who: string, name: string, version: number, edit: DefinitionEdit): Promise<number> {
    return this.#turns.run(name, async () => {
      const row = await this.#changeable(name)
      if (row.version !== version) throw changed()
      const before = definitionOf(row)
      return this.#save(who, name, version, before, whole({ ...before, ...given(edit) }))
    })
  }

  /** Puts an earlier version's settings back as a new version; secrets stay as they are. Also brings back a deleted connection. */
  restore(who: string, name: string, version: number): Promise<number> {
    return this.#turns.run(name, async () => {
      if (this.#registry.file(name) !== undefined) throw readOnly()
      const { admin } = this.#registry.options.store
      const earlier = (await admin.versions(name)).find((each) => each.version === version)
      if (earlier === undefined) throw new SettingsError('VERSION_UNKNOWN', 'There is no such version')
      const row = await admin.connection(name)
      const before = row === null ? null : definitionOf(row)
      return this.#save(who, name, row?.version ?? null, before, definitionOf(earlier), `restored ${version}`)
    })
  }

  /** Takes it away with its secrets; what waits in its queue and its versions stay. */
  remove(who: string, name: string): Promise<void> {
    return this.#turns.run(name, async () => {
      const row = await this.#changeable(name)
      const audit = { who, action: 'connection.remove', target: name, before: definitionOf(row) }
      await this.#registry.options.store.admin.removeConnection(name, audit)
      await this.#registry.runtime.removeConnection(name)
      this.#registry.forget(name)
    })
  }

  /** A version too, which says only that it was set. @throws SettingsError `SECRET_UNKNOWN`, `CONNECTION_READ_ONLY`; VaultError `VAULT_NO_KEY` */
  setSecret(who: string, name: string, path: string, value: Secret): Promise<SecretMark> {
    return this.#turns.run(name, async () => {
      const { options, opener } = this.#registry
      const present = await this.#changeable(name)
      const definition = definitionOf(present)
      const connector = await opener.connector(definition.connector)
      const paths = opener.paths(connector)
      const known = paths.join(', ')
      if (!paths.includes(path))
        throw new SettingsError('SECRET_UNKNOWN', {
          en: `This connection has no secret "${path}"; it has: ${known}`,
          ru: `Секрета «${path}» у этого соединения нет; есть: ${known}`,
        })
      const vault = requireVault(options.vault)
      const secrets = new Map(await this.#registry.secrets(name)).set(path, value)
      options.onSecret?.(value.reveal())
      opener.judge(definition, connector, secrets)
      const wasSet = (await this.#registry.marks(name)).some((row) => row.path === path)
      const sealed = vault.seal({ connection: name, path }, value)
      const before = wasSet ? { before: { set: true } } : {}
      const saved = await options.store.admin.saveConnection(
        {
          name,
          expected: present.version,
          body: present.body,
          changes: JSON.stringify([{ path, ...before, after: { set: true } }]),
          secrets: [{ path, sealed }],
        },
        {
          who,
          action: 'secret.set',
          target: `${name}/${path}`,
          before: { set: wasSet },
          after: { set: true },
        },
      )
      if (saved === null) throw changed()
      await this.#reopen(name, definition, secrets)
      const row = (await this.#registry.marks(name)).find((each) => each.path === path)
      return mark((row as SealedSecret).at, who)
    })
  }

  /** Opens a connection of the store with what is stored now. */
  reopen(name: string): Promise<void> {
    return this.#turns.run(name, async () => {
      if (this.#registry.file(name) !== undefined) return
      const row = await this.#registry.stored(name)
      await this.#reopen(name, definitionOf(row), await this.#registry.secrets(name))
    })
  }

  /** Newest first. @throws SettingsError `CONNECTION_UNKNOWN` */
  async versions(name: string): Promise<readonly VersionView[]> {
    if (this.#registry.file(name) !== undefined) return []
    const rows = await this.#registry.options.store.admin.versions(name)
    if (rows.length === 0) await this.#registry.stored(name)
    return rows.map(({ version, at, who, changes }: ConnectionVersion) => ({
      version,
      at,
      who,
      changes: JSON.parse(changes) as readonly SettingChange[],
    }))
  }

  async #changeable(name: string): ReturnType<ConnectionRegistry['stored']> {
    if (this.#registry.file(name) !== undefined) throw readOnly()
    return this.#registry.stored(name)
  }

  async #save(
    who: string,
    name: string,
    expected: number | null,
    before: ConnectionDefinition | null,
    wanted: ConnectionDefinition,
    how?: string,
  ): Promise<number> {
    const { options, opener } = this.#registry
    const connector = await opener.connector(wanted.connector)
    const { definition, edits } = takeSecrets(wanted, opener.paths(connector))
    for (const secret of edits.values()) if (secret !== null) options.onSecret?.(secret.reveal())
    const secrets = merged(await this.#registry.secrets(name), edits)
    const missing = opener.judge(definition, connector, secrets)
    const sealed = [...edits].map(([path, secret]) => ({
      path,
      sealed: secret === null ? null : requireVault(options.vault).seal({ connection: name, path }, secret),
    }))
    // Opened before it is stored: what only opening finds (a host that may not be reached) must not be kept either.
    const parts = missing.length === 0 ? await opener.open(name, definition, secrets) : null
    const changes = changesBetween(before, definition, edits)
    const version = await options.store.admin.saveConnection(
      {
        name,
        expected,
        body: JSON.stringify(definition),
        changes: JSON.stringify(changes),
        secrets: sealed,
      },
      {
        who,
        action: before === null ? 'connection.create' : 'connection.change',
        target: name,
        before: sideOf(changes, 'before'),
        after: { ...sideOf(changes, 'after'), ...(how === undefined ? {} : { how }) },
      },
    )
    if (version === null) {
      if (parts !== null) await closeParts(parts)
      throw changed()
    }
    if (parts === null) await this.#reopen(name, definition, secrets)
    else {
      this.#registry.forget(name)
      await this.#registry.runtime.setConnection(parts)
    }
    return version
  }

  /** One that cannot be opened any more must not run on with what it had. */
  async #reopen(name: string, definition: ConnectionDefinition, secrets: SecretValues): Promise<void> {
    const parts = await this.#registry.attempt(name, () =>
      this.#registry.opener.open(name, definition, secrets),
    )
    if (parts === null) await this.#registry.runtime.removeConnection(name)
    else await this.#registry.runtime.setConnection(parts)
  }
}

/** @throws SettingsError `CONNECTION_INVALID` */
function whole(edit: DefinitionEdit): ConnectionDefinition {
  const parsed = definitionSchema.safeParse(edit)
  if (parsed.success) return parsed.data
  const problems = findProblems(definitionSchema, edit)
  throw invalid(Object.fromEntries(problems.map(({ path, text }) => [path || 'connector', text])))
}

function given(edit: DefinitionEdit): DefinitionEdit {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))
}

function merged(stored: SecretValues, edits: SecretEdits): SecretValues {
  const secrets = new Map(stored)
  for (const [path, secret] of edits) {
    if (secret === null) secrets.delete(path)
    else secrets.set(path, secret)
  }
  return secrets
}

function sideOf(changes: readonly SettingChange[], side: 'before' | 'after'): Record<string, unknown> {
  return Object.fromEntries(changes.filter((each) => side in each).map((each) => [each.path, each[side]]))
}

function exists(): SettingsError {
  return new SettingsError('CONNECTION_EXISTS', 'There is a connection of this name already', {
    fields: { name: { en: 'is taken: choose another name', ru: 'занято: выберите другое имя' } },
  })
}

function readOnly(): SettingsError {
  return new SettingsError('CONNECTION_READ_ONLY', {
    en: 'This connection stands in the configuration file: change it there',
    ru: 'Это соединение описано в файле настроек: меняйте его там',
  })
}

function changed(): SettingsError {
  return new SettingsError(
    'CONNECTION_CHANGED',
    'Somebody has changed this connection meanwhile: load it again and repeat your change',
  )
}

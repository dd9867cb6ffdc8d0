import type { ConnectorLog } from '@mufta/kit'
import { closeParts, type Connection, type ConnectionParts } from '../connection.ts'
import { failureOf } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { SealedSecret, StoredConnection } from '../store/admin-store.ts'
import type { Failure, Store } from '../store/store.ts'
import type { Vault } from '../vault/vault.ts'
import { definitionSchema, type ConnectionDefinition } from './definition.ts'
import { SettingsError } from './errors.ts'
import { Opener, type SecretValues } from './opener.ts'
import { isSettingsSecret, masked, withMarks } from './secret-fields.ts'
import { runState, viewOf, type ConnectionSummary, type ConnectionView } from './views.ts'
import type { FileConnection, NamedConnector, Workshop } from './workshop.ts'

export interface RegistryOptions {
  readonly store: Store
  /** null = no key: connections can be looked at, no secret can be stored. */
  readonly vault: Vault | null
  readonly workshop: Workshop
  /** Win over a connection of the store with the same name. */
  readonly files: readonly FileConnection[]
  readonly log: ConnectorLog
  /** Hears of every secret before it is used, for the redaction of logs. */
  readonly onSecret?: (value: string) => void
}

/** What a runtime can do with connections. */
export type OpenConnections = Pick<Runtime, 'connections' | 'setConnection' | 'removeConnection'>

const NOTHING_OPEN: OpenConnections = {
  connections: new Map<string, Connection>(),
  setConnection: closeParts,
  removeConnection: () => Promise.resolve(),
}

/** Connections of the configuration file and of the store side by side, and which of them could not be opened and why. */
export class ConnectionRegistry {
  readonly options: RegistryOptions
  readonly opener: Opener
  runtime: OpenConnections = NOTHING_OPEN
  readonly #problems = new Map<string, Failure>()

  constructor(options: RegistryOptions) {
    this.options = options
    this.opener = new Opener(options.workshop, options.store.admin, options.vault)
  }

  /** Connections are opened and closed in this runtime from now on. */
  attach(runtime: OpenConnections): void {
    this.runtime = runtime
  }

  connectors(): Promise<readonly NamedConnector[]> {
    return this.options.workshop.connectors()
  }

  /** Opens what the store holds. One that cannot be opened stops nobody: it is shown with its reason. */
  async openStored(only?: string): Promise<readonly ConnectionParts[]> {
    const opened: ConnectionParts[] = []
    for (const row of await this.options.store.admin.connections()) {
      if (this.file(row.name) !== undefined || (only !== undefined && row.name !== only)) continue
      const parts = await this.attempt(row.name, async () =>
        this.opener.open(row.name, definitionOf(row), await this.secrets(row.name)),
      )
      if (parts !== null) opened.push(parts)
    }
    return opened
  }

  /** Runs an opening and keeps why it failed; null = it did. */
  async attempt(name: string, open: () => Promise<ConnectionParts>): Promise<ConnectionParts | null> {
    try {
      const parts = await open()
      this.#problems.delete(name)
      return parts
    } catch (error) {
      const failure = failureOf(error)
      this.#problems.set(name, failure)
      this.options.log.warn({ connection: name, code: failure.code }, failure.message)
      return null
    }
  }

  forget(name: string): void {
    this.#problems.delete(name)
  }

  async list(): Promise<readonly ConnectionSummary[]> {
    const rows = await this.options.store.admin.connections()
    const stored = rows.filter(({ name }) => this.file(name) === undefined)
    return [
      ...this.options.files.map(({ name, definition }) => this.#summary(name, 'file', definition)),
      ...stored.map((row) => this.#summary(row.name, 'store', definitionOf(row))),
    ].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** @throws SettingsError `CONNECTION_UNKNOWN` */
  async view(name: string): Promise<ConnectionView> {
    const opened = this.runtime.connections.get(name)
    const { commonHosts } = this.options.workshop
    const file = this.file(name)
    if (file !== undefined) {
      const { definition, connector } = file
      const shown = masked(definition, this.opener.paths(connector))
      return viewOf(this.#summary(name, 'file', definition), 0, shown, connector, opened, commonHosts)
    }
    const row = await this.stored(name)
    const definition = definitionOf(row)
    const connector = await this.opener.connector(definition.connector).catch(() => null)
    const shown = withMarks(definition, await this.marks(name))
    return viewOf(
      this.#summary(name, 'store', definition),
      row.version,
      shown,
      connector,
      opened,
      commonHosts,
    )
  }

  /** @throws SettingsError `CONNECTION_UNKNOWN`, `CONNECTION_NOT_OPEN` with what is in the way */
  async opened(name: string): Promise<Connection> {
    const connection = this.runtime.connections.get(name)
    if (connection !== undefined) return connection
    if (this.file(name) === undefined) await this.stored(name)
    this.requireOpened(name)
    throw new SettingsError('CONNECTION_NOT_OPEN', 'The connection is being opened: repeat in a moment')
  }

  /** @throws SettingsError `CONNECTION_NOT_OPEN` when it could not be opened, with what is in the way */
  requireOpened(name: string): void {
    const problem = this.#problems.get(name)
    if (problem === undefined) return
    throw new SettingsError('CONNECTION_NOT_OPEN', `Connection "${name}" is not open: ${problem.message}`)
  }

  file(name: string): FileConnection | undefined {
    return this.options.files.find((each) => each.name === name)
  }

  /** @throws SettingsError `CONNECTION_UNKNOWN` */
  async stored(name: string): Promise<StoredConnection> {
    const row = await this.options.store.admin.connection(name)
    if (row !== null) return row
    throw new SettingsError('CONNECTION_UNKNOWN', 'There is no connection of this name')
  }

  async marks(name: string): Promise<readonly SealedSecret[]> {
    return (await this.options.store.admin.secrets(name)).filter(isSettingsSecret)
  }

  /** The stored secrets in the open, each made known to the log's redaction first. */
  async secrets(name: string): Promise<SecretValues> {
    const secrets = await this.opener.secrets(name)
    for (const secret of secrets.values()) this.options.onSecret?.(secret.reveal())
    return secrets
  }

  #summary(name: string, source: 'file' | 'store', definition: ConnectionDefinition): ConnectionSummary {
    const { connector, mode } = definition
    const state = runState(this.options.store.connectionState(name), this.#problems.get(name) ?? null)
    return { name, source, connector, mode, ...state }
  }
}

export function definitionOf({ body }: Pick<StoredConnection, 'body'>): ConnectionDefinition {
  return definitionSchema.parse(JSON.parse(body))
}

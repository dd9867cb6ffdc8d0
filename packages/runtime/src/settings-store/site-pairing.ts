/** The site that holds the key of a connection, as its module told. */
export interface PairedSite {
  /** Address of the site. */
  readonly site: string
  /** Id of the module inside it. */
  readonly module: string
  /** Unix milliseconds. */
  readonly at: number
}

/** What an administrator types on the module's settings page. */
export interface PairingInvitation {
  /** A secret until it is used: shown once, never logged or kept in the open. */
  readonly code: string
  /** Unix milliseconds. */
  readonly until: number
  /** Where the module reaches this Mufta. */
  readonly address: string
  /** false = nobody named that address in the configuration: it may be right on this machine alone. */
  readonly isPublic: boolean
}

/** Sites that get their key by a one-time code instead of a typed one: what the page needs of that. */
export interface SitePairing {
  /** null = paired with no site yet. @throws ConfigError when the connection is not paired by a code */
  readonly find: (connection: string) => Promise<PairedSite | null>
  /** Makes a code; an earlier one is worth nothing from now on. @throws ConfigError as `find`; VaultError `VAULT_NO_KEY` */
  readonly start: (connection: string, listensAt: string | null) => Promise<PairingInvitation>
  /** Seals a code that still waits anew with the key in use: part of every rotation. @throws VaultError */
  readonly reseal: (connection: string) => Promise<void>
}

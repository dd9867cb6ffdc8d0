/** The site that holds the key of a connection. */
export interface PairedSite {
  readonly site: string
  readonly module: string
  readonly at: number
}

/** What is typed on the module's settings page. */
export interface PairingCode {
  readonly code: string
  readonly until: number
  readonly address: string
  /** false = the address may be right on the server's own machine alone. */
  readonly isPublic: boolean
}

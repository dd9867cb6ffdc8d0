/** Which key seals which secret; never a value. */
export interface SealedSecrets {
  /** Ids of the keys that the server has, the one in use first. */
  readonly keys: readonly string[]
  readonly secrets: readonly { readonly connection: string; readonly path: string; readonly key: string }[]
}

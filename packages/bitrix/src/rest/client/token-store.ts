export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  /** API base from the token answer (`client_endpoint`). */
  readonly endpoint?: string
  /** Origin of the auth server (`server_endpoint`). */
  readonly authServer?: string
  readonly memberId?: string
}

/**
 * Keeps the present pair where every process finds it. Every refresh ends the old pair, so `save` compares before
 * it sets: only one of two processes wins, and the other loads what the winner stored.
 */
export interface TokenStore {
  load(): Promise<TokenPair | null>
  /** Durably replaces the pair if the stored refresh token is still that of `expected` (null: nothing is stored). */
  save(pair: TokenPair, expected: TokenPair | null): Promise<boolean>
}

/** Lives as long as the client; a restart begins with the tokens of the configuration again. */
export class MemoryTokenStore implements TokenStore {
  #pair: TokenPair | null = null

  load(): Promise<TokenPair | null> {
    return Promise.resolve(this.#pair)
  }

  save(pair: TokenPair, expected: TokenPair | null): Promise<boolean> {
    if (this.#pair?.refreshToken !== expected?.refreshToken) return Promise.resolve(false)
    this.#pair = pair
    return Promise.resolve(true)
  }
}

import type { TokenPair, TokenStore } from '@mufta/bitrix'
import type { Store } from '@mufta/runtime'

/** OAuth tokens of a connection in the store: a compare-and-set, so that two processes never use one refresh twice. */
export function storeTokens(store: Store, connection: string): TokenStore {
  const key = `tokens/${connection}`
  return {
    load: () => Promise.resolve(parse(store.value(key))),
    save: (pair, expected) =>
      store.setValue(key, JSON.stringify(pair), expected === null ? null : JSON.stringify(expected)),
  }
}

function parse(text: string | null): TokenPair | null {
  return text === null ? null : (JSON.parse(text) as TokenPair)
}

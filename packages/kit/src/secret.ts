import { inspect } from 'node:util'

/** A value that cannot be printed by accident: text, JSON and console show "[secret]". Only `reveal()` gives it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself; hand it to the header or signature that needs it and keep it nowhere else. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}

export const MASK = '[secret]'

/** Every secret inside parsed settings, for `ApiClientOptions.secrets`. */
export function secretsOf(settings: unknown): string[] {
  if (settings instanceof Secret) return [settings.reveal()]
  if (typeof settings !== 'object' || settings === null) return []
  return Object.values(settings).flatMap((value) => secretsOf(value))
}

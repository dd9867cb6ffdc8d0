/** Lets what belongs to one key happen one after the other, and different keys side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  run<Result>(key: string, act: () => Promise<Result>): Promise<Result> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(act)
    const settled = turn.catch(() => undefined)
    this.#last.set(key, settled)
    void settled.then(() => this.#last.get(key) === settled && this.#last.delete(key))
    return turn
  }

  /** When everything begun so far has come to its end, good or bad. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values())
  }
}

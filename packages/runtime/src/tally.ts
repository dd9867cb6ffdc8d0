/** Counts by two names, for what happens too often to make a label set of each: they are taken over when asked for. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>()

  add(first: string, second: string, count: number): void {
    let row = this.#counts.get(first)
    if (row === undefined) {
      row = new Map()
      this.#counts.set(first, row)
    }
    row.set(second, (row.get(second) ?? 0) + count)
  }

  /** What was added since it was last asked. */
  take(each: (first: string, second: string, count: number) => void): void {
    for (const [first, row] of this.#counts) for (const [second, count] of row) each(first, second, count)
    this.#counts.clear()
  }
}

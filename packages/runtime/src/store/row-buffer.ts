export type Param = string | number | null

/** An INSERT that may take several rows: what stands before them, one row, what stands behind them. */
export interface RowInsert {
  readonly head: string
  readonly row: string
  readonly tail: string
}

/** Most rows of one statement; there are statements for 1, 2, 4, … rows, so that few are ever prepared. */
const MOST_ROWS = 32

type Run = (text: string, params: readonly Param[]) => void

/** Rows that wait to be inserted together, in the order they came: one statement for 32 costs half of 32. */
export class RowBuffer {
  readonly #waiting = new Map<
    RowInsert,
    { readonly rows: (readonly Param[])[]; readonly last: readonly Param[] }
  >()

  readonly #texts = new Map<RowInsert, Map<number, string>>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** `last`: parameters of the tail, the same for all rows that wait. */
  add(into: RowInsert, row: readonly Param[], last: readonly Param[]): void {
    const waiting = this.#waiting.get(into)
    if (waiting === undefined) this.#waiting.set(into, { rows: [row], last })
    else waiting.rows.push(row)
  }

  /** Hands out statements until nothing waits, also when one of them throws. */
  write(run: Run): void {
    const waiting = [...this.#waiting]
    this.clear()
    for (const [into, { rows, last }] of waiting) {
      for (let start = 0; start < rows.length;) {
        const count = 2 ** Math.floor(Math.log2(Math.min(rows.length - start, MOST_ROWS)))
        run(this.#text(into, count), [...rows.slice(start, start + count).flat(), ...last])
        start += count
      }
    }
  }

  /** Kept, so that a statement is found by a text whose hash is known. */
  #text(into: RowInsert, count: number): string {
    const texts = this.#texts.get(into) ?? new Map<number, string>()
    this.#texts.set(into, texts)
    const known = texts.get(count)
    if (known !== undefined) return known
    const text = `${into.head} ${Array<string>(count).fill(into.row).join(', ')} ${into.tail}`
    texts.set(count, text)
    return text
  }

  clear(): void {
    this.#waiting.clear()
  }
}

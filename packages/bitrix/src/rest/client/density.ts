/** Share of ids that exist, seen so far in one stretch of the id range. */
export class Sample {
  rows = 0
  ids = 0

  add(rows: number, ids: number): void {
    this.rows += rows
    this.ids += ids
  }
}

/**
 * How wide a window of ids may be so that about one page of rows lies in it. Each stretch has its own sample; where
 * the stretches are alike, the whole range steadies the estimate of each.
 */
export class Density {
  readonly #whole = new Sample()
  readonly #pageLengths: number[] = []
  readonly #canUnite: boolean
  #isAlike: boolean | undefined

  /** @param canUnite leftovers of full windows can share a command, so windows may aim at nearly full pages */
  constructor(canUnite: boolean) {
    this.#canUnite = canUnite
  }

  /** A stretch of ids was read completely. */
  learn(sample: Sample, rows: number, ids: number): void {
    sample.add(rows, ids)
    this.#whole.add(rows, ids)
    if (rows < PAGE || this.#pageLengths.length >= MAX_LENGTHS) return
    this.#pageLengths.push(ids)
    this.#isAlike = undefined
  }

  /** Ids per window; at most a page wide when nearly every id exists, for such a window cannot overflow. */
  width(sample: Sample): number {
    const share = this.share(sample)
    if (share >= DENSE) return PAGE
    const spread = Math.sqrt(PAGE * (1 - share))
    const aim = PAGE - spread * (this.#canUnite ? 0.3 : 1.2)
    return Math.max(PAGE, Math.min(Math.floor(aim / share), Number.MAX_SAFE_INTEGER))
  }

  share(sample: Sample): number {
    if (this.#whole.rows === 0) return 1 / Math.max(1, this.#whole.ids)
    const whole = this.#whole.rows / this.#whole.ids
    const weight = this.#alike() ? 10 * PAGE : PAGE / 5
    return Math.min(1, (sample.rows + weight) / (sample.ids + weight / whole))
  }

  /** Ids missing by pure chance make pages of similar length; clusters and holes do not. */
  #alike(): boolean {
    this.#isAlike ??= variation(this.#pageLengths) < CHANCE
    return this.#isAlike
  }
}

export const PAGE = 50

const DENSE = 0.92
const MAX_LENGTHS = 200
/** Squared variation of page lengths: chance alone gives up to 1/50. */
const CHANCE = 0.04

function variation(lengths: readonly number[]): number {
  if (lengths.length < 4) return Infinity
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
  const square = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / lengths.length
  return square / mean ** 2
}

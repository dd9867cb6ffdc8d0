import type { JsonObject } from './answer.ts'

/**
 * Hands out the rows of pages one by one. A plain iterator: an async generator per row would cost more than decoding
 * the row did.
 */
export class RowStream implements AsyncIterableIterator<JsonObject> {
  readonly #pages: AsyncGenerator<readonly JsonObject[], void, undefined>
  #page: readonly JsonObject[] = []
  #at = 0

  constructor(pages: AsyncGenerator<readonly JsonObject[], void, undefined>) {
    this.#pages = pages
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<JsonObject, undefined>> {
    const value = this.#page[this.#at]
    if (value === undefined) return this.#nextPage()
    this.#at++
    return Promise.resolve({ value, done: false })
  }

  /** Leaving a `for await` loop early: cancels what is under way. */
  async return(): Promise<IteratorResult<JsonObject, undefined>> {
    this.#page = []
    await this.#pages.return()
    return { value: undefined, done: true }
  }

  async #nextPage(): Promise<IteratorResult<JsonObject, undefined>> {
    for (;;) {
      const { value: page, done } = await this.#pages.next()
      if (done === true) return { value: undefined, done: true }
      this.#page = page
      this.#at = 1
      const [value] = page
      if (value !== undefined) return { value, done: false }
    }
  }
}

/** What one client made of a job. */
export interface Outcome {
  /** Ids of the rows (or of the updated deals) in the order they came. */
  readonly ids: readonly number[]
  /** Part of the job that was done: less than 1 when it was cut short. */
  readonly part: number
  /** Estimate of the whole job's seconds, where `part` is less than 1. */
  readonly estimateSeconds?: number
}

/** A client of the portal that can do the three jobs in the fastest way it offers. */
export interface ListClient extends AsyncDisposable {
  /** Every deal with ID and TITLE. */
  list(): Promise<Outcome>
  byIds(ids: readonly number[]): Promise<Outcome>
  /** Sets the title of each deal. */
  update(ids: readonly number[]): Promise<Outcome>
}

/** A client under comparison, and how it does the jobs. */
export interface Competitor {
  readonly name: string
  readonly ways: { readonly list: string; readonly byIds: string; readonly update: string }
  /** @param isFull false = slow jobs may be cut short and estimated */
  readonly open: (webhook: string, isFull: boolean) => Promise<ListClient>
}

export const whole = (ids: readonly number[]): Outcome => ({ ids, part: 1 })

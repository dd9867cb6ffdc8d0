/** An answer of the API that is an error. */
export class Refusal extends Error {
  readonly status: number
  readonly body: {
    readonly error: string
    readonly message: string
    readonly fields?: Record<string, string>
  }

  constructor(status: number, error: string, message: string, fields?: Record<string, string>) {
    super(message)
    this.status = status
    this.body = { error, message, ...(fields === undefined ? {} : { fields }) }
  }
}

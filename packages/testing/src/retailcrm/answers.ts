import type { SimAnswer } from '../sim/index.ts'

export type FieldErrors = Readonly<Record<string, string>> | readonly string[]

/** Thrown by a handler; becomes the CRM's `{success:false, errorMsg, errors}`. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: FieldErrors | undefined

  constructor(status: number, errorMsg: string, errors?: FieldErrors) {
    super(errorMsg)
    this.name = 'Refusal'
    this.status = status
    this.errors = errors
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not found')
export const accessDenied = (): Refusal => new Refusal(403, 'Access denied.')
export const missingParameter = (name: string): Refusal => new Refusal(400, `Parameter '${name}' is missing`)
export const invalidInput = (errors: FieldErrors): Refusal =>
  new Refusal(400, 'Errors in the entity format', errors)

export function success(body: object, status = 200): SimAnswer {
  return { status, body: JSON.stringify({ success: true, ...body }) }
}

export function refusal(refused: Refusal): SimAnswer {
  return {
    status: refused.status,
    body: JSON.stringify({
      success: false,
      errorMsg: refused.message,
      ...(refused.errors === undefined ? {} : { errors: refused.errors }),
    }),
  }
}

/** Over 10 requests a second of one key. The real text is not known; the status is (SDK: 503). */
export const RATE_LIMITED: SimAnswer = refusal(new Refusal(503, 'API rate limit exceeded'))

/** What a host without an account answers (SDK fixture: 405, HTML). */
export const NO_ACCOUNT: SimAnswer = {
  status: 405,
  contentType: 'text/html',
  body: '<html>\r\n<head><title>405 Not Allowed</title></head>\r\n<body><center><h1>405 Not Allowed</h1></center></body>\r\n</html>\r\n',
}

import { MuftaError, type Disposition, type ErrorOptions } from './errors.ts'

/** A delivery to a hook was refused. `status` is the HTTP status to answer; nothing was stored. */
export class HookError extends MuftaError {
  readonly disposition: Disposition = 'give-up'
  readonly status: 400 | 401 | 403 | 404 | 413 | 415

  constructor(status: HookError['status'], code: string, message: string, options: ErrorOptions = {}) {
    super(code, message, options)
    this.status = status
  }
}

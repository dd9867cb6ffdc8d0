import { AuthError, ParkError, PermanentError, RetryableError, type MuftaError } from '@mufta/kit'

/**
 * Tryton answers HTTP 200 and says in the body that it refused: `[class, arguments]`, or `[text, traceback]` when
 * the server itself stumbled. Nothing of a refused call is stored, so every one of these is certain.
 * `safe` takes secrets and people out of Tryton's own words.
 */
export function trytonError(method: string, error: unknown, safe: (text: string) => string): MuftaError {
  const [name, details] = Array.isArray(error) ? (error as readonly unknown[]) : []
  const texts = Array.isArray(details) ? (details as readonly unknown[]) : [details]
  const text = (...indexes: readonly number[]): string =>
    safe(indexes.map((index) => (typeof texts[index] === 'string' ? texts[index] : '')).join(' '))
  switch (name) {
    case 'UserError':
      return refused(method, text(0, 1))
    case 'UserWarning':
      return warned(method, text(1, 2))
    case 'ConcurrencyException':
      return new RetryableError(
        'TRYTON_CONFLICT',
        `Somebody wrote to the record while ${method} was on its way`,
        {
          facts: { system: 'Tryton', endpoint: method },
        },
      )
    case 'LoginException':
      return new AuthError(
        'TRYTON_LOGIN',
        'Tryton asks for more than a password; let it accept one for this user',
        {
          facts: { system: 'Tryton', endpoint: method },
        },
      )
    default:
      // The second part is a Python traceback with the server's paths: it stays here.
      return stumbled(method, typeof name === 'string' ? safe(name) : '')
  }
}

function refused(method: string, systemMessage: string): MuftaError {
  return new PermanentError('TRYTON_REFUSED', `Tryton refused ${method}: ${systemMessage}`, {
    facts: { system: 'Tryton', endpoint: method, systemCode: 'UserError', systemMessage },
  })
}

/** A question to a person ("the stock is low, go on?"): answered in Tryton, never by us. */
function warned(method: string, systemMessage: string): MuftaError {
  return new ParkError('TRYTON_WARNING', `Tryton asks a person before ${method}: ${systemMessage}`, {
    facts: { system: 'Tryton', endpoint: method, systemCode: 'UserWarning', systemMessage },
  })
}

function stumbled(method: string, text: string): MuftaError {
  const facts = { system: 'Tryton', endpoint: method, systemMessage: text }
  if (/locked|serialize|deadlock/i.test(text)) {
    return new RetryableError('TRYTON_BUSY', `Tryton's database was busy during ${method}`, { facts })
  }
  return new PermanentError('TRYTON_FAULT', `Tryton failed in ${method}: ${text}; see its log`, { facts })
}

import { decodeJson, type MuftaError, type TransportAnswer } from '@mufta/kit'
import { z } from 'zod'
import { failureAnswer } from './commands.ts'
import { refusalError, strangeAnswer, type CallPlace } from './errors.ts'

const okAnswer = z.object({ v: z.literal(1), ok: z.literal(true), result: z.unknown() })

/** The `result` of a good answer, not yet looked into. @throws the typed error of everything else */
export function resultOf(answer: TransportAnswer, place: CallPlace): unknown {
  const { status } = answer
  if (status >= 300 && status < 400) {
    const text = 'the address was moved; put the new endpoint into the configuration, or pair again'
    throw strangeAnswer(place, { kind: 'auth', code: 'BRIDGE_MOVED', text, status })
  }
  const body = bodyOf(answer)
  const good = okAnswer.safeParse(body)
  if (status === 200 && good.success) return good.data.result
  const bad = failureAnswer.safeParse(body)
  if (bad.success && status !== 200) throw refusalError({ ...failureOf(bad.data), ...rest(answer) }, place)
  throw notTheModule(body, status, place)
}

function bodyOf(answer: TransportAnswer): unknown {
  if (!answer.isWellEncoded) return undefined
  try {
    return decodeJson(answer.text)
  } catch {
    return undefined
  }
}

function failureOf({ error }: z.output<typeof failureAnswer>): {
  systemCode: string
  systemMessage: string
  reasons: readonly string[]
} {
  const texts = (name: string): string[] => {
    const list = error.details?.[name]
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string' && one !== '').slice(0, 5) : []
  }
  const reasons = [...texts('codes'), ...texts('messages')]
  return { systemCode: error.code, systemMessage: error.message, reasons }
}

function rest({ status, headers }: TransportAnswer): { httpStatus: number; retryAfterMs?: number } {
  const seconds = Number(headers['retry-after'])
  return { httpStatus: status, ...(seconds > 0 && seconds <= 86_400 ? { retryAfterMs: seconds * 1000 } : {}) }
}

/** The kernel answers 200 and its own envelope where a module or its controller is missing. */
const kernelAnswer = z.object({ status: z.enum(['error', 'success', 'denied']), errors: z.unknown() })

function notTheModule(body: unknown, status: number, place: CallPlace): MuftaError {
  if (kernelAnswer.safeParse(body).success) {
    const text = 'the site answers, but not the bridge module: install it, or correct the endpoint'
    return strangeAnswer(place, { kind: 'auth', code: 'BRIDGE_NO_MODULE', text, status })
  }
  if (status === 401 || status === 403) {
    const text =
      'the site keeps us out before the module is asked (closed site, address filter, web firewall)'
    return strangeAnswer(place, { kind: 'auth', code: 'BRIDGE_KEPT_OUT', text, status })
  }
  if (status === 404 || status === 410) {
    const text = 'there is nothing at the endpoint; correct it, or pair again'
    return strangeAnswer(place, { kind: 'auth', code: 'BRIDGE_NO_MODULE', text, status })
  }
  const text = `the answer (HTTP ${status}) is not one of the module: a page of the site, or cut on the way`
  return strangeAnswer(place, { kind: 'server', code: 'BRIDGE_NOISE', text, status })
}

export type MethodKind = 'read' | 'write'

/**
 * Whether a method only reads, by the last word of its name. Unknown words count as writes: a read taken for a write
 * is repeated less, a write taken for a read would be repeated blindly.
 */
export function methodKind(method: string): MethodKind {
  const name = method.toLowerCase()
  if (READS.has(name)) return 'read'
  // Reserves or deletes rows of the queue as it returns them.
  if (name === 'event.offline.get') return 'write'
  const last = method.slice(method.lastIndexOf('.') + 1)
  return READ_WORD.test(last) || QUESTION.test(last) ? 'read' : 'write'
}

const READS: ReadonlySet<string> = new Set([
  'methods',
  'scope',
  'events',
  'profile',
  'app.info',
  'server.time',
  'user.current',
  'user.search',
  'user.admin',
  'crm.duplicate.findbycomm',
])

const READ_WORD = /^(?:get(?!or)|list|fields|search|find|count)/i
/** sale.order.isPaid */
const QUESTION = /^is[A-Z]/

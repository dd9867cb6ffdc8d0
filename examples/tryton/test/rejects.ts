import assert from 'node:assert/strict'

/** Waits for the refusal and checks its class and, where given, its stable code. */
export async function rejects<E extends Error>(
  promise: Promise<unknown>,
  type: new (...args: never) => E,
  code?: string,
): Promise<E> {
  const error: unknown = await promise.then(
    () => assert.fail('It should have been refused'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof type, `${type.name} expected, got ${String(error)}`)
  if (code !== undefined) assert.equal('code' in error ? error.code : undefined, code)
  return error
}

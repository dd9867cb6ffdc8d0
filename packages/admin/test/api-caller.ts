/** Somebody with a session who speaks to the API by hand, as the page does. */
export interface Caller {
  readonly cookie: string
  readonly call: (method: string, path: string, body?: unknown) => Promise<Response>
  /** The same, read; a refusal is thrown. */
  readonly ask: <Answer>(method: string, path: string, body?: unknown) => Promise<Answer>
}

export async function signInBy(base: string, path: string, credentials: object): Promise<Caller> {
  const json = { 'content-type': 'application/json' }
  const answer = await fetch(`${base}/api${path}`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(credentials),
  })
  if (!answer.ok) throw new Error(`Sign-in failed with ${answer.status}: ${await answer.text()}`)
  const { csrf } = (await answer.json()) as { csrf: string }
  const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  const call: Caller['call'] = (method, where, body = {}) =>
    fetch(`${base}/api${where}`, {
      method,
      headers: { ...json, cookie, 'x-csrf-token': csrf },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    })
  const ask = async <Answer>(method: string, where: string, body?: unknown): Promise<Answer> => {
    const said = await call(method, where, body)
    if (!said.ok) throw new Error(`${method} ${where}: ${said.status} ${await said.text()}`)
    return (await said.json()) as Answer
  }
  return { cookie, call, ask }
}

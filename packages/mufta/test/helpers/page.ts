import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ConfigInput } from '../../src/config/schema.ts'
import { PASSWORD, Visitor } from '../../../runtime/test/fakes/admin.ts'
import { waitFor } from '../bridge-helpers/child.ts'
import { Cli, tempFolder } from './cli.ts'

export interface PagePlace {
  readonly folder: string
  readonly url: string
  readonly administrator: Visitor
  readonly mufta: Cli
}

/** `mufta run` over an empty store and without any connection, with its first administrator signed in. */
export async function startPage(
  t: TestContext,
  { hasKeys = true, top = {} }: { readonly hasKeys?: boolean; readonly top?: Partial<ConfigInput> } = {},
): Promise<PagePlace> {
  const folder = tempFolder(t)
  const config: ConfigInput = {
    store: 'sqlite:./data/mufta.db',
    http: { host: '127.0.0.1', port: 0 },
    security: { allowHosts: ['127.0.0.1:*'] },
    connections: {},
    ...top,
  }
  writeFileSync(join(folder, 'mufta.config.json'), JSON.stringify(config))
  if (hasKeys) writeFileSync(join(folder, '.env'), `MUFTA_KEYS=k1:${randomBytes(32).toString('base64')}\n`)
  const mufta = new Cli(folder, ['run'])
  t.after(() => mufta.end('SIGKILL'))
  const token = (): string | undefined => /\/admin\/#\/first\?token=(\S+)/.exec(mufta.stderr)?.[1]
  await waitFor(() => token() !== undefined, 'the link for the first administrator', 20_000)
  // Where it listens; the link names the public address.
  const url = /"url":"([^"]+)"/.exec(mufta.stdout)?.[1] ?? ''
  const administrator = new Visitor(url, {})
  const first = await administrator.first({ token: token(), login: 'anna', password: PASSWORD })
  if (first.status !== 200) throw new Error(`nobody signed in: ${first.text}`)
  return { folder, url, administrator, mufta }
}

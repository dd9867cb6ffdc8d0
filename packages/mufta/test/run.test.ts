import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cli, cli, json, ndjson } from './helpers/cli.ts'
import { startPlace } from './helpers/place.ts'

describe('mufta run', () => {
  it('works until SIGTERM, ends with 0, refuses a second one beside it and starts again', async (t) => {
    const { folder, portal, crm } = await startPlace(t)
    const first = new Cli(folder, ['run'])
    t.after(() => first.end('SIGKILL'))
    const url = await address(first)
    portal.setOutgoingWebhook({ url: `${url}/hooks/shop-crm/site` })
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
    const id = portal.placeOrder({})
    await until(() => crm.order(String(id)) !== null)

    const second = await cli(folder, ['run', '--json'])
    assert.equal(second.code, 1)
    const { error } = json<{ error: { code: string; message: string } }>(second)
    assert.equal(error.code, 'STORE_LOCKED')
    assert.ok(error.message.includes(`process ${first.child.pid}`), error.message)

    // Tools work beside it, and a sync is handed over to it.
    assert.equal((await cli(folder, ['jobs'])).code, 0)
    const missed = portal.placeOrder({})
    const handed = await cli(folder, ['sync'])
    assert.equal(handed.code, 0, handed.stdout + handed.stderr)
    assert.match(handed.stdout, /running already: handed to it/)
    assert.ok(crm.order(String(missed)))

    const ended = await first.end('SIGTERM')
    assert.equal(ended.code, 0, ended.stderr)
    const messages = ndjson<{ msg: string; level: string }>(ended).map(({ msg }) => msg)
    assert.equal(messages.at(-1), 'Stopped')
    assert.match(
      ended.stderr,
      /^The admin page has no user yet\. .*\n {2}http:\/\/127\.0\.0\.1:\d+\/admin\/#\/first\?token=[\w-]{43}\n$/,
    )

    const again = new Cli(folder, ['run'])
    t.after(() => again.end('SIGKILL'))
    const newUrl = await address(again)
    portal.setOutgoingWebhook({ url: `${newUrl}/hooks/shop-crm/site` })
    const later = portal.placeOrder({})
    await until(() => crm.order(String(later)) !== null)
    assert.equal((await again.end('SIGINT')).code, 0)
    assert.equal(crm.orders().length, 3, 'nothing doubled')
  })

  it('a port in use is told with what to do, and nothing keeps the process', async (t) => {
    const { folder, configure } = await startPlace(t)
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    configure({ top: { http: { host: '127.0.0.1', port } } })
    const taken = await cli(folder, ['run'])
    assert.equal(taken.code, 1)
    assert.match(
      taken.stderr,
      new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port}: another program has this port`),
    )
    assert.equal(taken.stdout, '')
    const russian = await cli(folder, ['run'], { MUFTA_LANG: 'ru' })
    assert.match(russian.stderr, /Не удаётся слушать/)
  })
})

/** The address that the first line of the log tells. */
async function address(running: Cli): Promise<string> {
  await until(() => running.stdout.includes('Mufta is running'))
  const line = running.stdout.split('\n').find((text) => text.includes('Mufta is running')) ?? ''
  return (JSON.parse(line) as { url: string }).url
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!holds()) {
    assert.ok(Date.now() < deadline, 'waited in vain')
    await sleep(10)
  }
}

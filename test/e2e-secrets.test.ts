import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { cli } from '../packages/mufta/test/helpers/cli.ts'
import { steady, until } from './helpers/wait.ts'
import { NAME, startWorld, type World } from './helpers/world.ts'

const KEY = 'SENTINELcrmKEY0123456789'
const HOOK = 'sentinelhooksecret1'
const PERSON = { name: 'Сентинелова Анна', email: 'sentinel.person@example.com', phone: '+79990001122' }
const ORDER = { properties: { '1': PERSON.name, '2': PERSON.email, '3': PERSON.phone } }

describe('a secret placed anywhere', () => {
  it('never comes out of a life with faults, parked orders, dead letters and revoked keys', async (t) => {
    const world = await startWorld(t, {
      portal: {
        webhook: { secret: HOOK },
        statuses: [{ id: 'X', type: 'O', name: 'Особый' }],
        faults: { rate: 0.1 },
      },
      crm: { apiKey: KEY, faults: { rate: 0.1 } },
    })
    const odd = world.portal.placeOrder({ ...ORDER, statusId: 'X' })
    const ids = Array.from({ length: 8 }, () => world.portal.placeOrder(ORDER))
    await until('the orders', () => ids.every((id) => world.crm.order(String(id)) !== null), 30_000)
    await until('the odd order parked', () => world.store.laneInfo(NAME, `order/${odd}`)?.state === 'parked')
    world.portal.faults.rate = 0
    world.crm.faults.rate = 0
    await killOne(world)
    world.crm.revokeKey()
    world.portal.revokeWebhook()
    world.portal.placeOrder(ORDER)
    await until('paused', () => world.store.connectionState(NAME).paused)
    const secrets = [KEY, HOOK, world.portal.applicationToken]
    const told = await everythingTold(world, [String(odd), String(ids[0])])
    assertAbsent(told, secrets)
    assertAbsent({ 'the store’s files': storeFiles(world) }, [KEY, HOOK])
    const { plan: _shown, ...others } = told
    assertAbsent(others, Object.values(PERSON))
  })

  it('never comes out when both systems answer with everything they were sent', async (t) => {
    const parrot = await startParrot(t)
    for (const side of ['crm', 'site'] as const) {
      const world = await startWorld(t, {
        portal: { webhook: { secret: HOOK } },
        crm: { apiKey: KEY },
        ...(side === 'crm'
          ? { settings: { url: parrot.url } }
          : { site: () => ({ webhook: `${parrot.url}/rest/1/${HOOK}/` }) }),
      })
      world.portal.placeOrder(ORDER)
      const asked = parrot.count()
      await until(`the parrot was asked as ${side}`, () => parrot.count() > asked + 2)
      await steady(() => parrot.count(), 100, 1_500).catch(() => undefined)
      const told = await everythingTold(world, ['5001'])
      assert.ok(
        world.lines.some((line) => line.includes('"level":"warn"')),
        'something was told',
      )
      assertAbsent(told, [KEY, HOOK, world.portal.applicationToken, PERSON.email, PERSON.phone])
      await world.close()
    }
  })
})

/** A dead letter as the worker makes one: a connector's bug on one order. */
async function killOne({ store }: World): Promise<void> {
  const [id] = await store.push([
    { connection: NAME, lane: 'order/999999', kind: 'no-such-kind', payload: { reason: 'test' } },
  ])
  await until('a dead letter', () => store.deadJobs({}).length > 0)
  assert.ok(id)
}

/** All that a person or a program can see of Mufta, by where it was seen. */
async function everythingTold(world: World, ids: readonly string[]): Promise<Record<string, string>> {
  const { store, folder } = world
  const metrics = await (await fetch(`${String(world.runtime.url)}/metrics`)).text()
  const told: Record<string, string> = {
    log: world.lines.join(''),
    metrics,
    journal: JSON.stringify(store.journalTail({ limit: 100_000 })),
    'dead letters': JSON.stringify(store.deadJobs({})),
    state: JSON.stringify([store.connectionState(NAME), store.lanes({}), store.counts()]),
  }
  const dead = store.deadJobs({}).map(({ id }) => ['dead', 'show', String(id)])
  const commands = [
    ['check'],
    ['plan'],
    ['sync'],
    ['jobs'],
    ['dead'],
    ...dead,
    ...ids.map((id) => ['why', 'order', id]),
    ['install', '--url', 'https://mufta.example.ru'],
    ['run'],
  ]
  for (const args of commands) {
    const plain = await cli(folder, args, { MUFTA_LANG: 'ru' })
    const machine = await cli(folder, [...args, '--json'])
    const texts = [plain.stdout, plain.stderr, machine.stdout, machine.stderr]
    told[args[0] ?? ''] = (told[args[0] ?? ''] ?? '') + texts.join('')
    for (const line of machine.stdout.split('\n')) if (line !== '') JSON.parse(line)
  }
  return told
}

function storeFiles({ folder }: World): string {
  return readdirSync(folder)
    .filter((name) => name.startsWith('mufta.db'))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('')
}

function assertAbsent(told: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  for (const [where, text] of Object.entries(told)) {
    for (const secret of secrets) {
      for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
        const at = text.indexOf(form)
        assert.ok(at < 0, `${where} shows "${form}": …${text.slice(Math.max(0, at - 200), at + 60)}…`)
      }
    }
  }
}

/** A server that puts all it was sent into its error: address, query, headers and body, as some really do. */
async function startParrot(t: TestContext): Promise<{ readonly url: string; readonly count: () => number }> {
  let count = 0
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      count += 1
      const text = `${request.url} ${JSON.stringify(request.headers)} ${decodeURIComponent(body.replaceAll('+', ' '))}`
      const answer = {
        success: false,
        errorMsg: text,
        error: 'PARROT',
        error_description: text,
        errors: [text],
      }
      // Some refusals concern the record, some are failures of the server: both are told differently.
      response.writeHead(count % 5 === 0 ? 500 : 400, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count }
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  return text
}

import assert from 'node:assert/strict'
import { get, type ClientRequest, type IncomingMessage } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { LiveFeed, MAX_LISTENERS } from '../src/insight/live-feed.ts'
import type { Overview } from '../src/insight/overview.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { Visitor } from './fakes/admin.ts'
import { NAME, until } from './fakes/bench.ts'
import { startApi, type ApiBench } from './fakes/api.ts'

interface Told {
  readonly event: string
  readonly id: string | null
  readonly data: unknown
}

/** An open stream, read as a browser reads it. */
class Stream {
  readonly told: Told[] = []
  status = 0
  isOver = false
  #rest = ''
  readonly #request: ClientRequest

  constructor(
    t: Pick<TestContext, 'after'>,
    url: string,
    visitor: Visitor,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    this.#request = get(`${url}/api/stream`, { headers: { cookie, ...headers }, agent: false }, (response) =>
      this.#read(response),
    )
    this.#request.on('error', () => (this.isOver = true))
    t.after(() => this.#request.destroy())
  }

  of(event: string): readonly Told[] {
    return this.told.filter((each) => each.event === event)
  }

  close(): void {
    this.#request.destroy()
  }

  #read(response: IncomingMessage): void {
    this.status = response.statusCode ?? 0
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      const parts = (this.#rest + text).split('\n\n')
      this.#rest = parts.pop() ?? ''
      this.told.push(...parts.flatMap(parsed))
    })
    response.on('close', () => (this.isOver = true))
  }
}

function parsed(part: string): readonly Told[] {
  const fields = new Map(part.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
  const event = fields.get('event')
  if (event === undefined) return []
  return [{ event, id: fields.get('id') ?? null, data: JSON.parse(fields.get('data') ?? 'null') }]
}

const note = (id: string, detail: Readonly<Record<string, unknown>> = {}) => ({
  connection: NAME,
  entity: 'order',
  id,
  kind: 'note',
  code: 'TEST',
  detail,
})

async function opened(
  t: TestContext,
  bench: ApiBench,
  headers: Readonly<Record<string, string>> = {},
  who = bench.viewer,
) {
  const stream = new Stream(t, bench.url, who, headers)
  await until(() => stream.of('overview').length > 0, 'the first overview')
  return stream
}

describe('the stream', () => {
  it('tells the overview at once and again when it changed, the journal as it grows, and how a load goes', async (t) => {
    const bench = await startApi(t)
    const stream = await opened(t, bench)
    assert.equal(stream.status, 200)
    bench.shop.place('1')
    bench.shop.place('2', { status: 'X' })
    await bench.runtime.backfill(NAME)
    await bench.idle()
    const parked = (): unknown => {
      const told = stream.of('overview').at(-1)?.data as Overview | undefined
      return told?.connections[0]?.counts.parked
    }
    await until(() => parked() === 1, 'the new overview')
    await until(() => stream.of('journal').length > 0, 'the journal')
    const kinds = stream
      .of('journal')
      .flatMap(({ data }) => (data as { kind: string }[]).map(({ kind }) => kind))
    assert.ok(kinds.includes('write') && kinds.includes('park'), kinds.join())
    await until(() => stream.of('progress').length > 0, 'the progress')
    assert.deepEqual(stream.of('progress').at(-1)?.data, {
      kind: 'backfill',
      connection: NAME,
      state: 'done',
      done: 2,
      total: 2,
    })
  })

  it('goes on with the journal where a client was cut off', async (t) => {
    const bench = await startApi(t)
    await bench.store.journal([note('1'), note('2'), note('3')])
    const [, second, third] = bench.store.journalTail({ kind: 'note' }).slice(-3)
    const stream = await opened(t, bench, { 'last-event-id': String(second?.seq) })
    await until(() => stream.of('journal').length > 0, 'what was missed')
    const [first] = stream.of('journal')
    assert.deepEqual(
      ((first?.data ?? []) as readonly { id: string }[]).map(({ id }) => id),
      ['3'],
    )
    assert.equal(first?.id, String(third?.seq))
  })

  it('shows viewers no buyer', async (t) => {
    const bench = await startApi(t)
    const streams = [await opened(t, bench), await opened(t, bench, {}, bench.operator)]
    await bench.store.journal([note('1', { email: 'ivan.sentinel@example.ru' })])
    await until(() => streams.every((stream) => stream.of('journal').length > 0), 'the journal')
    const texts = streams.map((stream) => JSON.stringify(stream.told))
    assert.deepEqual(
      texts.map((text) => text.includes('sentinel')),
      [false, true],
    )
  })

  it('is for those who are signed in, and ends with Mufta at once', async (t) => {
    const bench = await startApi(t)
    const stranger = new Stream(t, bench.url, bench.visitor())
    await until(() => stranger.status !== 0, 'the refusal')
    assert.equal(stranger.status, 401)
    const stream = await opened(t, bench)
    const started = performance.now()
    await bench.runtime.stop({ deadlineMs: 5_000 })
    assert.ok(performance.now() - started < 2_000)
    await until(() => stream.isOver, 'the end')
  })
})

describe('the live feed', () => {
  const start = async (t: TestContext, more: Partial<ConstructorParameters<typeof LiveFeed>[0]> = {}) => {
    const store = await openSqliteStore({ path: ':memory:' })
    const stopping = new AbortController()
    t.after(async () => {
      stopping.abort()
      await store.close()
    })
    let looks = 0
    const feed = new LiveFeed({
      store,
      overview: async () => ({ now: ++looks, connections: [] }),
      progress: async () => [],
      safe: (text) => text.replaceAll('sentinel', '***'),
      stopping: stopping.signal,
      everyMs: 2,
      heartbeatMs: 5,
      ...more,
    })
    const listen = async (isStillIn = true, signal = new AbortController().signal) =>
      (
        await feed.listen({ isMasked: false, lastSeq: null, isStillIn: async () => isStillIn, signal })
      ).getReader()
    return { feed, store, listen, looks: () => looks }
  }
  const text = (chunk: { readonly value?: Uint8Array | undefined }): string =>
    new TextDecoder().decode(chunk.value)

  it('looks at nothing while nobody listens', async (t) => {
    const { listen, looks } = await start(t)
    const reader = await listen()
    await until(() => looks() > 3, 'some looks')
    await reader.cancel()
    const seen = looks()
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
    assert.ok(looks() - seen <= 1)
  })

  it('beats while nothing happens, and repeats no overview that is the same', async (t) => {
    const { listen } = await start(t)
    const reader = await listen()
    const heard: string[] = []
    while (heard.filter((part) => part === ': beat\n\n').length < 3) heard.push(text(await reader.read()))
    assert.ok(heard.filter((part) => part.startsWith('event: overview')).length <= 2)
  })

  it('lets nothing through that the last net takes out', async (t) => {
    const { listen, store } = await start(t)
    const reader = await listen()
    await store.journal([note('sentinel')])
    let part = ''
    while (!part.startsWith('event: journal')) part = text(await reader.read())
    assert.ok(part.includes('***') && !part.includes('sentinel'))
  })

  it('ends for one whose session has ended, and not for others', async (t) => {
    const { listen } = await start(t)
    const [stays, goes] = [await listen(), await listen(false)]
    while (!(await goes.read()).done);
    assert.equal((await stays.read()).done, false)
  })

  it('has room for so many and no more, and a place is free when one has gone', async (t) => {
    const { feed, listen } = await start(t)
    const leave = new AbortController()
    await listen(true, leave.signal)
    for (let index = 1; index < MAX_LISTENERS; index++) await listen()
    assert.ok(feed.isFull)
    leave.abort()
    assert.ok(!feed.isFull)
  })

  it('lets one go that does not read, instead of keeping everything for it', async (t) => {
    const { listen, store, feed } = await start(t)
    const deaf = await listen()
    for (let index = 1; index < MAX_LISTENERS; index++) await listen()
    const detail = { long: 'x'.repeat(600_000) }
    for (let index = 0; index < 4 && feed.isFull; index++) {
      await store.journal([note('1', detail)])
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
    await until(() => !feed.isFull, 'the deaf ones to be let go')
    let read = 0
    for (;;) {
      const { done, value } = await deaf.read()
      if (done) break
      read += value.byteLength
    }
    assert.ok(read < 3_000_000)
  })
})

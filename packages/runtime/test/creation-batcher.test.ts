import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { PermanentError, UnknownOutcomeError, type BulkOutcome } from '@mufta/kit'
import { Connection } from '../src/connection.ts'
import { CreationBatcher } from '../src/sync/creation-batcher.ts'
import { partsOf } from './fakes/bench.ts'
import { fakeConnector, type FakeSettings } from './fakes/fake-connector.ts'
import { FakeCrm } from './fakes/fake-crm.ts'
import { FakeShop } from './fakes/fake-shop.ts'
import { Gate } from './fakes/faults.ts'
import { orderOf } from './fakes/order.ts'

function batcher(t: TestContext, settings: Partial<FakeSettings> = {}) {
  const crm = new FakeCrm()
  const stop = new AbortController()
  const parts = partsOf(new FakeShop(), crm, { settings: { bulkSize: 3, ...settings } })
  const made = new CreationBatcher(new Connection(parts, stop.signal), stop.signal)
  t.after(() => stop.abort())
  const abort = new AbortController()
  const create = (id: string, signal: AbortSignal = abort.signal) =>
    made.create(orderOf(id), { ref: id }, signal)
  return { crm, create, abort }
}

const packs = (crm: FakeCrm): readonly (readonly string[])[] => crm.faults.calls.map(({ ids }) => ids)

describe('the creation batcher', () => {
  it('sends a full pack at once and the rest a moment later', async (t) => {
    const { crm, create } = batcher(t)
    const created = await Promise.all(['1', '2', '3', '4'].map((id) => create(id)))
    assert.deepEqual(packs(crm), [['1', '2', '3'], ['4']])
    assert.deepEqual(
      created.map(({ id }) => id),
      ['1', '2', '3', '4'].map((ref) => crm.of(ref).id),
    )
  })

  it('fails those alone that the system refused', async (t) => {
    const refuse = (ref: string) => (ref === '2' ? new PermanentError('CRM_BAD_ORDER', 'No') : null)
    const { crm, create } = batcher(t, { refuse })
    const outcomes = await Promise.allSettled(['1', '2', '3'].map((id) => create(id)))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(crm.records.size, 2)
  })

  it('tells everyone in the pack what became of it as a whole', async (t) => {
    const { crm, create } = batcher(t)
    crm.faults.after = () => {
      throw new UnknownOutcomeError('CRM_ANSWER_LOST', 'Silence')
    }
    const outcomes = await Promise.allSettled(['1', '2', '3'].map((id) => create(id)))
    for (const outcome of outcomes)
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof UnknownOutcomeError)
  })

  it('takes an order that the answer does not name for unknown, never for done', async (t) => {
    const stop = new AbortController()
    t.after(() => stop.abort())
    const connector = fakeConnector()
    const [flow] = connector.flows({ statuses: {}, hookToken: '' })
    assert.ok(flow)
    const call = (): Promise<readonly BulkOutcome<never>[]> => Promise.resolve([])
    const parts = partsOf(new FakeShop(), new FakeCrm())
    const silent = { ...connector, flows: () => [{ ...flow, createMany: { size: 1, call } }] }
    const connection = new Connection({ ...parts, connector: silent as typeof parts.connector }, stop.signal)
    const made = new CreationBatcher(connection, stop.signal)
    await assert.rejects(made.create(orderOf('1'), {}, stop.signal), {
      name: 'UnknownOutcomeError',
      code: 'BULK_NO_OUTCOME',
    })
  })

  it('lets go of whoever aborts, at once', async (t) => {
    const { crm, create, abort } = batcher(t)
    const gate = new Gate()
    crm.faults.before = () => gate.pass()
    const mine = create('1')
    const theirs = [create('2', new AbortController().signal), create('3', new AbortController().signal)]
    abort.abort()
    await assert.rejects(mine, { code: 'ABORTED' })
    gate.open()
    await Promise.all(theirs)
    await assert.rejects(create('4'), { code: 'ABORTED' })
    assert.deepEqual(packs(crm), [['1', '2', '3']])
  })
})

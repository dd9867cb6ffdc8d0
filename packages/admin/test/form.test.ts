import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { retailFields } from '../dev/mock/fields.ts'
import { sampleState } from '../dev/mock/state.ts'
import type { ConnectionDetail, SettingField } from '../src/api/types/connections.ts'
import {
  connectionChange,
  connectionDraft,
  connectionTrial,
  countProblems,
  rebaseConnection,
  sameConnection,
} from '../src/form/connection-draft.ts'
import { problemOf, toDraft, toTree } from '../src/form/draft.ts'
import { isHost } from '../src/form/hosts.ts'
import { secretPaths, valueAt, withValue, withoutSecrets } from '../src/form/tree.ts'

function sample(): ConnectionDetail {
  const detail = sampleState({ many: 0 }).connections.get('shop-crm')?.detail
  assert.ok(detail)
  return detail
}

const field = (kind: SettingField['kind'], more: Partial<SettingField> = {}): SettingField => ({
  path: 'x',
  kind,
  title: { en: 'X', ru: 'X' },
  required: false,
  ...more,
})

describe('a form made from a schema', () => {
  test('what is not edited comes back as it was stored', () => {
    const values = fc.record(
      {
        url: fc.constantFrom('https://a.ru', 'https://b.example/x'),
        site: fc.string({ minLength: 1 }).filter((text) => text.trim() === text),
        statuses: fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
          fc.string({ minLength: 1 }),
        ),
        cancelStatuses: fc.array(fc.stringMatching(/^[a-z-]{1,8}$/), { minLength: 1 }),
        personTypes: fc.jsonValue().filter((value) => value !== undefined),
        sendComments: fc.boolean(),
        pollSeconds: fc.integer({ min: 1, max: 3600 }),
      },
      { requiredKeys: ['statuses', 'sendComments'] },
    )
    fc.assert(
      fc.property(values, (stored) => {
        const tree = JSON.parse(JSON.stringify(stored)) as typeof stored
        const fields = retailFields.filter(({ path }) => path in tree)
        assert.deepEqual(toTree(fields, toDraft(fields, tree), tree), tree)
      }),
    )
  })

  test('an emptied field is taken out, so that the default holds', () => {
    const fields = [field('number', { default: 30 })]
    assert.deepEqual(toTree(fields, { x: '' }, { x: 60, y: 1 }), { y: 1 })
  })

  test('a mapping that was never set stays unset, one that was emptied is empty', () => {
    const fields = [field('mapping')]
    assert.deepEqual(toTree(fields, { x: {} }, {}), {})
    assert.deepEqual(toTree(fields, { x: {} }, { x: { N: 'new' } }), { x: {} })
  })

  test('each kind of field says what is wrong with it', () => {
    assert.equal(problemOf(field('text', { required: true }), ' '), 'say.required')
    assert.equal(problemOf(field('text', { required: true, default: 'a' }), ''), null)
    assert.equal(problemOf(field('secret', { required: true }), '', true), null)
    assert.equal(problemOf(field('url'), 'demo.retailcrm.ru'), 'form.invalidUrl')
    assert.equal(problemOf(field('number'), 'many'), 'form.invalidNumber')
    assert.equal(problemOf(field('number'), '0,5'), null)
    assert.equal(problemOf(field('json'), '{"a":'), 'form.invalidJson')
    assert.equal(problemOf(field('json'), '{"a":1}'), null)
  })

  test('values at dotted paths are set and taken away without touching their neighbours', () => {
    const tree = { a: { b: 1, c: 2 } }
    assert.deepEqual(withValue(tree, 'a.b', 3), { a: { b: 3, c: 2 } })
    assert.deepEqual(withValue(tree, 'a.b', undefined), { a: { c: 2 } })
    assert.deepEqual(withValue({ a: { b: 1 }, d: 0 }, 'a.b', undefined), { d: 0 })
    assert.deepEqual(withValue({}, 'a.b.c', undefined), {})
    assert.equal(valueAt(tree, 'a.c'), 2)
  })
})

describe('saving a connection', () => {
  test('marks of secrets never go back to the server, a typed secret does', () => {
    const detail = sample()
    const draft = connectionDraft(detail)
    assert.equal(secretPaths(connectionChange(detail, draft).settings ?? {}).length, 0)
    assert.equal('apiKey' in (connectionChange(detail, draft).settings ?? {}), false)
    const typed = { ...draft, settings: { ...draft.settings, apiKey: 'fresh-key' } }
    assert.equal(connectionChange(detail, typed).settings?.['apiKey'], 'fresh-key')
    assert.equal(connectionTrial(detail, typed).settings?.['apiKey'], 'fresh-key')
  })

  test('another road to the shop takes the secrets of the old one away', () => {
    const detail = sample()
    const draft = { ...connectionDraft(detail), road: 'oauth' as const }
    const { site } = connectionChange(detail, draft)
    assert.equal(site?.['webhook'], null)
    assert.equal('applicationToken' in (site ?? {}), false)
    assert.equal(site?.['kind'], 'rest')
  })

  test('a kind of site without a form is kept as it is', () => {
    const detail = { ...sample(), site: { kind: 'exchange', login: '1c', limits: { perSecond: 2 } } }
    assert.deepEqual(connectionChange(detail, connectionDraft(detail)).site, detail.site)
  })

  test('nothing typed is nothing changed', () => {
    const detail = sample()
    assert.ok(sameConnection(connectionDraft(detail), connectionDraft(detail)))
    assert.equal(countProblems(detail, connectionDraft(detail)), 0)
  })

  test('after a conflict my edits stand on top of the other person’s', () => {
    const base = connectionDraft(sample())
    const mine = { ...base, poll: '5', settings: { ...base.settings, site: 'mine' } }
    const theirs = {
      ...base,
      sweep: '900',
      settings: { ...base.settings, pollSeconds: '99', site: 'theirs' },
    }
    const merged = rebaseConnection(mine, base, theirs)
    assert.deepEqual([merged.poll, merged.sweep], ['5', '900'])
    assert.equal(merged.settings['site'], 'mine')
    assert.equal(merged.settings['pollSeconds'], '99')
  })

  test('secrets are stripped at every depth', () => {
    const tree = {
      kind: 'rest',
      oauth: { portal: 'https://a.ru', clientSecret: { set: true, at: 1, by: 'a' } },
    }
    assert.deepEqual(withoutSecrets(tree), { kind: 'rest', oauth: { portal: 'https://a.ru' } })
    assert.deepEqual(
      secretPaths(tree, 'site.').map(({ path }) => path),
      ['site.oauth.clientSecret'],
    )
  })

  test('hosts are names with a port or *, nothing else', () => {
    for (const good of ['127.0.0.1:*', 'localhost', 'crm.local:8443', '[::1]:*'])
      assert.ok(isHost(good), good)
    for (const bad of ['http://a', 'a b', 'a:', 'a:port', '*']) assert.ok(!isHost(bad), bad)
  })
})

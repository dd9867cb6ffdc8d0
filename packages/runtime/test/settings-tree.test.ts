import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '@mufta/kit'
import { definitionSchema } from '../src/settings-store/definition.ts'
import { takeSecrets, withSecrets } from '../src/settings-store/secret-fields.ts'
import { treeAt, treeWith } from '../src/settings-store/tree.ts'

describe('a value in a tree', () => {
  it('is put at its path, and what is not there yet is made on the way', () => {
    assert.deepEqual(treeWith({ a: 1 }, 'b.c.d', 2), { a: 1, b: { c: { d: 2 } } })
    assert.equal(treeAt({ b: { c: { d: 2 } } }, 'b.c.d'), 2)
  })

  it('is taken away with the parents that it leaves empty, and with no others', () => {
    assert.deepEqual(treeWith({ a: 1, b: { c: { d: 2 } } }, 'b.c.d', undefined), { a: 1 })
    assert.deepEqual(treeWith({ b: { c: { d: 2 }, e: {} } }, 'b.c.d', undefined), { b: { e: {} } })
    assert.deepEqual(treeWith({ b: 5 }, 'b.c', undefined), { b: 5 })
  })
})

describe('secrets of a definition', () => {
  const definition = definitionSchema.parse({
    connector: 'fake',
    mode: 'test',
    site: { kind: 'rest', webhook: 'https://portal.example/rest/1/key/', oauth: { clientSecret: null } },
    settings: { apiKey: 'sentinel-key' },
  })
  const paths = ['site.webhook', 'site.oauth.clientSecret', 'settings.apiKey']

  it('leave no empty object where a road was left, and every part of the definition stands', () => {
    const taken = takeSecrets(definition, paths)
    assert.deepEqual(taken.definition.site, { kind: 'rest' })
    assert.deepEqual(taken.definition.settings, {})
    assert.deepEqual(definitionSchema.parse(taken.definition), taken.definition)
    assert.deepEqual([...taken.edits.keys()], paths)
    assert.equal(taken.edits.get('site.oauth.clientSecret'), null)
  })

  it('come back to their places', () => {
    const { definition: rest } = takeSecrets(definition, paths)
    const whole = withSecrets(rest, new Map([['settings.apiKey', new Secret('sentinel-key')]]))
    assert.deepEqual(whole.settings, { apiKey: 'sentinel-key' })
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { framePlace } from '../src/composables/portal-frame.ts'

describe('the frame of a portal', () => {
  test('is known by its name', () => {
    assert.deepEqual(framePlace('shop.bitrix24.ru|1|9c33468728e1'), {
      domain: 'shop.bitrix24.ru',
      isHttps: true,
      appSid: '9c33468728e1',
    })
    assert.equal(framePlace('portal.local:443|1|a')?.domain, 'portal.local')
  })

  test('a name that is none is refused, so that nothing is posted to a made-up origin', () => {
    for (const name of ['', 'shop.bitrix24.ru', 'a/b|1|c', 'evil@host|1|c', 'host|1|', 'https://a|1|c']) {
      assert.equal(framePlace(name), null, name)
    }
  })
})

import assert from 'node:assert/strict'
import type { lookup } from 'node:dns'
import { describe, test } from 'node:test'
import { isPrivateAddress } from '../src/private-address.ts'
import { checkUrl, createLookup } from '../src/url-policy.ts'

describe('checkUrl', () => {
  for (const url of [
    'https://demo.retailcrm.ru/api',
    'https://8.8.8.8/',
    'https://[2a00:1450::1]:8443/x',
    'https://xn--e1afmkfd.example',
  ]) {
    test(`lets ${url} pass`, () => {
      assert.equal(checkUrl(url).protocol, 'https:')
    })
  }

  for (const [url, code] of [
    ['demo.retailcrm.ru', 'URL_INVALID'],
    ['ftp://x.example', 'URL_INVALID'],
    ['https://', 'URL_INVALID'],
    ['http://demo.retailcrm.ru', 'URL_NOT_HTTPS'],
    ['https://user:sentinel@x.example', 'URL_HAS_CREDENTIALS'],
    ['https://localhost', 'URL_PRIVATE_ADDRESS'],
    ['https://crm.localhost.', 'URL_PRIVATE_ADDRESS'],
    ['https://127.0.0.1', 'URL_PRIVATE_ADDRESS'],
    ['https://0x7f.1/', 'URL_PRIVATE_ADDRESS'],
    ['https://2130706433/', 'URL_PRIVATE_ADDRESS'],
    ['https://10.1.2.3', 'URL_PRIVATE_ADDRESS'],
    ['https://169.254.169.254/latest', 'URL_PRIVATE_ADDRESS'],
    ['https://[::1]/', 'URL_PRIVATE_ADDRESS'],
    ['https://[::ffff:10.0.0.1]/', 'URL_PRIVATE_ADDRESS'],
    ['https://[fd00::1]/', 'URL_PRIVATE_ADDRESS'],
  ] as const) {
    test(`refuses ${url} with ${code}`, () => {
      assert.throws(
        () => checkUrl(url),
        (error) =>
          error instanceof Error &&
          'code' in error &&
          error.code === code &&
          !error.message.includes('sentinel'),
      )
    })
  }

  test('allows exactly the named host and port', () => {
    assert.equal(checkUrl('http://127.0.0.1:8080', ['127.0.0.1:8080']).port, '8080')
    assert.equal(checkUrl('http://crm.local:81', ['CRM.local:*']).port, '81')
    assert.equal(checkUrl('http://crm.local', ['crm.local']).port, '')
    assert.equal(checkUrl('http://crm.local', ['crm.local:80']).port, '')
    assert.equal(checkUrl('http://[::1]:9', ['[::1]:*']).port, '9')
    for (const [url, entry] of [
      ['http://127.0.0.1:8081', '127.0.0.1:8080'],
      ['http://crm.local:81', 'crm.local'],
      ['http://crm.local.evil.example', 'crm.local:*'],
      ['http://evil-crm.local', 'crm.local:*'],
      ['http://127.0.0.1', '*'],
    ] as const) {
      assert.throws(() => checkUrl(url, [entry]), { code: 'URL_NOT_HTTPS' })
    }
  })
})

describe('isPrivateAddress', () => {
  for (const address of [
    '64:ff9b::a00:1',
    '2002:7f00:1::',
    '::',
    '::7f00:1',
    'fe80::1%eth0',
    '100.100.0.1',
    '255.255.255.255',
    'no address',
  ]) {
    test(`holds for ${address}`, () => {
      assert.equal(isPrivateAddress(address), true)
    })
  }

  for (const address of [
    '64:ff9b::808:808',
    '2002:808:808::1',
    '::ffff:8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '2606:4700::1111',
  ]) {
    test(`does not hold for ${address}`, () => {
      assert.equal(isPrivateAddress(address), false)
    })
  }
})

describe('createLookup', () => {
  test('refuses a public name that resolves inside', async () => {
    await assert.rejects(ask(createLookup([], answers('10.0.0.5')), 'rebind.example'), {
      code: 'URL_PRIVATE_ADDRESS',
    })
  })

  test('gives out the public addresses of a mixed answer only', async () => {
    assert.deepEqual(await ask(createLookup([], answers('127.0.0.1', '8.8.8.8')), 'x.example'), ['8.8.8.8'])
  })

  test('gives out every address of an allowed host', async () => {
    assert.deepEqual(await ask(createLookup(['crm.local:*'], answers('10.0.0.5')), 'crm.local'), ['10.0.0.5'])
  })
})

function answers(...addresses: string[]): typeof lookup {
  const resolve = (_name: string, _options: unknown, callback: (error: null, found: unknown) => void): void =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    )
  return resolve as unknown as typeof lookup
}

function ask(lookupName: ReturnType<typeof createLookup>, name: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookupName(name, { all: true }, (error, found) => {
      if (error !== null) reject(error)
      else resolve(Array.isArray(found) ? found.map(({ address }) => address) : [found])
    })
  })
}

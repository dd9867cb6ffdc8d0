import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { Access } from '../src/access/access.ts'
import { LoginLimits } from '../src/access/login-limits.ts'
import { Passwords } from '../src/access/passwords.ts'
import { PASSWORD, startAdmin } from './fakes/admin.ts'

const HOUR = 3_600_000

describe('the first administrator', () => {
  it('comes by a one-time link that works once', async (t) => {
    const place = await startAdmin(t)
    const visitor = place.visitor()
    assert.equal((await visitor.get('/session')).body['needsFirstAdmin'], true)
    const { token } = await place.admin.access.invite('mufta', 'admin', null)
    const first = await visitor.first({ token, login: 'Anna', password: PASSWORD })
    assert.equal(first.status, 200)
    assert.deepEqual(first.body['user'], { login: 'anna', role: 'admin' })
    assert.equal((await visitor.get('/session')).body['needsFirstAdmin'], false)
    const again = await place.visitor().first({ token, login: 'boris', password: PASSWORD })
    assert.equal(again.status, 403)
    assert.equal(again.body['error'], 'ACCESS_LINK_GONE')
  })

  it('keeps the link for another try when the password is too simple', async (t) => {
    const place = await startAdmin(t)
    const { token } = await place.admin.access.invite('mufta', 'admin', null)
    for (const password of ['short', 'aaaaaaaaaaaa', 'anna-anna-123']) {
      const refused = await place.visitor().first({ token, login: 'anna', password })
      assert.equal(refused.status, 422)
      assert.ok((refused.body['fields'] as Record<string, string>)['password'])
    }
    assert.equal((await place.visitor().first({ token, login: 'anna', password: PASSWORD })).status, 200)
  })

  it('cannot use a link that is out of date, or one that a newer link replaced', async (t) => {
    const place = await startAdmin(t)
    const old = await place.admin.access.invite('mufta', 'admin', null)
    const { token } = await place.admin.access.invite('mufta', 'admin', null)
    assert.equal(
      (await place.visitor().first({ token: old.token, login: 'a', password: PASSWORD })).status,
      403,
    )
    place.clock.now += 24 * HOUR
    assert.equal((await place.visitor().first({ token, login: 'a', password: PASSWORD })).status, 403)
  })
})

describe('a session', () => {
  it('is a cookie that no script reads, and ends with the sign-out', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const signedIn = await place.visitor().signIn('ADMIN ')
    const cookie = signedIn.headers.getSetCookie()[0] ?? ''
    assert.match(cookie, /^mufta_session=[\w-]{43}; .*HttpOnly; SameSite=Lax$/)
    assert.doesNotMatch(cookie, /Secure/)
    const kept = new Map(admin.cookies)
    assert.equal((await admin.call('DELETE', '/session')).status, 200)
    assert.equal(admin.cookies.size, 0)
    admin.cookies = kept
    assert.equal((await admin.get('/users')).status, 401)
  })

  it('is Secure behind TLS, when the proxy is trusted only', async (t) => {
    const proxied = await startAdmin(t, { trustProxy: true })
    await proxied.as('admin')
    const signedIn = await proxied.visitor({ 'x-forwarded-proto': 'https' }).signIn('admin')
    assert.match(signedIn.headers.getSetCookie()[0] ?? '', /^__Host-mufta_session=.*Path=\/;.*Secure/)
    const plain = await startAdmin(t)
    await plain.as('admin')
    const unbelieved = await plain.visitor({ 'x-forwarded-proto': 'https' }).signIn('admin')
    assert.match(unbelieved.headers.getSetCookie()[0] ?? '', /^mufta_session=/)
  })

  it('ends after twelve idle hours, and after seven days in any case', async (t) => {
    const place = await startAdmin(t)
    const [idle, busy] = [await place.as('viewer'), await place.as('admin')]
    for (let hour = 0; hour < 24 * 7; hour += 6) {
      assert.equal((await busy.get('/connections')).status, 200, `after ${hour} hours`)
      if (hour === 12) assert.equal((await idle.get('/connections')).status, 401)
      place.clock.now += 6 * HOUR
    }
    assert.equal((await busy.get('/connections')).status, 401)
  })

  it('is worth nothing to who reads the store', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const [cookie = ''] = admin.cookies.values()
    assert.equal(await place.store.admin.session(cookie), null)
  })

  it('writes only with the token of its own page', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    const user = { login: 'boris', role: 'viewer', password: PASSWORD }
    const { csrf } = admin
    for (const wrong of ['', `${csrf}x`, 'undefined']) {
      admin.csrf = wrong
      const refused = await admin.post('/users', user)
      assert.deepEqual([refused.status, refused.body['error']], [403, 'CSRF'])
    }
    admin.csrf = csrf
    const crossSite = await admin.call('POST', '/users', user, { 'sec-fetch-site': 'cross-site' })
    assert.equal(crossSite.body['error'], 'CROSS_SITE')
    const asForm = await admin.call('POST', '/users', JSON.stringify(user), { 'content-type': 'text/plain' })
    assert.equal(asForm.status, 415)
    assert.equal((await admin.post('/users', user)).status, 200)
  })
})

describe('signing in', () => {
  it('says the same of a wrong password and of a login that is not there', async (t) => {
    const place = await startAdmin(t)
    await place.as('admin')
    const wrong = await place.visitor().signIn('admin', 'wrong password 1')
    const nobody = await place.visitor().signIn('nobody', 'wrong password 1')
    assert.equal(wrong.status, 401)
    assert.deepEqual([nobody.status, nobody.text], [wrong.status, wrong.text])
  })

  it('takes as much work for a login that is not there', async () => {
    let derived = 0
    const passwords = new Passwords({ logN: 4, p: 1 })
    const stored = await passwords.hash(PASSWORD)
    const counting = async (of: string | null): Promise<number> => {
      const before = performance.now()
      for (let round = 0; round < 50; round++) await passwords.verify('wrong', of)
      derived++
      return performance.now() - before
    }
    await counting(stored)
    const [known, unknown] = [await counting(stored), await counting(null)]
    assert.equal(derived, 3)
    assert.ok(unknown > known / 3, `${unknown} ms against ${known} ms`)
  })

  it('is held back after some wrong tries, but not for others', async (t) => {
    const place = await startAdmin(t, { trustProxy: true })
    await place.as('admin')
    await place.as('viewer')
    const from = (address: string) => place.visitor({ 'x-forwarded-for': `6.6.6.6, ${address}` })
    for (let tries = 0; tries < 8; tries++)
      assert.equal((await from('10.0.0.1').signIn('admin', 'wrong password')).status, 401)
    const held = await from('10.0.0.1').signIn('admin')
    assert.equal(held.status, 429)
    assert.ok(Number(held.headers.get('retry-after')) > 60)
    assert.equal((await from('10.0.0.1').signIn('viewer')).status, 200, 'another login')
    assert.equal((await from('10.0.0.2').signIn('admin')).status, 200, 'another address')
    place.clock.now += 15 * 60_000
    assert.equal((await from('10.0.0.1').signIn('admin')).status, 200, 'later')
  })

  it('many tries at once count like one after the other', async (t) => {
    const place = await startAdmin(t)
    await place.as('admin')
    const tries = await Promise.all(
      Array.from({ length: 14 }, () => place.visitor().signIn('admin', 'wrong one')),
    )
    assert.equal(tries.filter(({ status }) => status === 401).length, 8)
  })

  it('counts all addresses of one IPv6 subscriber as one', () => {
    const limits = new LoginLimits(() => 1000)
    for (let tries = 0; tries < 30; tries++)
      limits.take(`user${tries}`, `2001:db8:0:7::${tries.toString(16)}`)
    assert.throws(() => limits.take('other', '2001:db8:0:0007:ffff::1'), { code: 'ACCESS_TOO_MANY' })
    limits.take('other', '2001:db8:0:8::1')
    limits.take('other', '::1')
  })
})

describe('users', () => {
  it('are made, changed and taken away by administrators, each change in the audit', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    assert.equal(
      (await admin.post('/users', { login: 'boris', role: 'viewer', password: PASSWORD })).status,
      200,
    )
    const again = await admin.post('/users', { login: 'Boris', role: 'viewer', password: PASSWORD })
    assert.deepEqual([again.status, Object.keys(again.body['fields'] as object)], [409, ['login']])
    assert.equal((await admin.call('PATCH', '/users/boris', { role: 'operator' })).status, 200)
    assert.equal((await admin.call('DELETE', '/users/boris')).status, 200)
    assert.equal((await admin.call('DELETE', '/users/boris')).status, 404)
    const { entries } = (await admin.get<{ entries: Record<string, unknown>[] }>('/audit')).body
    const mine = entries.filter(({ who, target }) => who === 'admin' && target === 'boris')
    assert.deepEqual(
      mine.map(({ action, before, after }) => [action, before, after]),
      [
        ['user.remove', { role: 'operator' }, null],
        ['user.change', { role: 'viewer' }, { role: 'operator' }],
        ['user.create', null, { role: 'viewer' }],
      ],
    )
  })

  it('lose a right at once, and every session with a new password', async (t) => {
    const place = await startAdmin(t)
    const [admin, operator] = [await place.as('admin'), await place.as('operator')]
    await admin.post('/users', { login: 'second', role: 'admin', password: PASSWORD })
    const second = place.visitor()
    await second.signIn('second')
    await admin.call('PATCH', '/users/second', { role: 'viewer' })
    assert.equal((await second.get('/users')).status, 403)
    await admin.call('PATCH', '/users/operator', { password: 'another horse 2' })
    assert.equal((await operator.get('/connections')).status, 401)
    assert.equal((await operator.signIn('operator')).status, 401)
    assert.equal((await operator.signIn('operator', 'another horse 2')).status, 200)
    const mine = await admin.call('PATCH', '/users/admin', { password: 'another horse 3' })
    assert.equal(mine.status, 200)
    assert.equal((await admin.get('/users')).status, 200, 'the one who changes it stays in')
  })

  it('always keep one administrator', async (t) => {
    const place = await startAdmin(t)
    const admin = await place.as('admin')
    assert.equal(
      (await admin.call('PATCH', '/users/admin', { role: 'viewer' })).body['error'],
      'ACCESS_LAST_ADMIN',
    )
    assert.equal((await admin.call('DELETE', '/users/admin')).status, 409)
  })

  it('who lost the password gets a link that changes it and ends the old sessions', async (t) => {
    const place = await startAdmin(t)
    const [admin, viewer] = [await place.as('admin'), await place.as('viewer')]
    const { token } = (
      await admin.post<{ token: string }>('/users/invite', { login: 'viewer', role: 'admin' })
    ).body
    const other = await place.visitor().first({ token, login: 'admin', password: 'another horse 2' })
    assert.equal(other.status, 403, 'the link is for its login alone')
    const followed = await place.visitor().first({ token, login: 'viewer', password: 'another horse 2' })
    assert.deepEqual(followed.body['user'], { login: 'viewer', role: 'viewer' }, 'a link raises nobody')
    assert.equal((await viewer.get('/connections')).status, 401)
  })
})

describe('people of a portal', () => {
  const verified: { domain: string; authId: string }[] = []
  const portal = {
    hosts: ['portal.example'],
    userRole: 'viewer',
    verify: async ({ domain, authId }: { domain: string; authId: string }) => {
      verified.push({ domain, authId })
      if (authId === 'admin-token') return { id: '1', isAdmin: true }
      return authId === 'user-token' ? { id: '2', isAdmin: false } : null
    },
  } as const

  it('come in by the auth of their frame: administrators as such, others as viewers', async (t) => {
    const place = await startAdmin(t, { portal, portals: portal.hosts })
    const visitor = place.visitor()
    const body = { domain: 'PORTAL.example', authId: 'admin-token', memberId: 'm' }
    const opened = await visitor.post('/session/portal', body)
    assert.deepEqual(opened.body['user'], { login: 'portal.example/1', role: 'admin' })
    assert.equal(opened.body['mode'], 'portal')
    assert.match(
      opened.headers.getSetCookie()[0] ?? '',
      /^__Host-mufta_session=.*HttpOnly.*Secure.*SameSite=None.*Partitioned/,
    )
    assert.equal((await visitor.get('/users')).status, 200)
    const user = await place.visitor().post('/session/portal', { ...body, authId: 'user-token' })
    assert.deepEqual(user.body['user'], { login: 'portal.example/2', role: 'viewer' })
    place.clock.now += 12 * HOUR
    assert.equal((await visitor.get('/users')).status, 401)
  })

  it('are asked about at installed portals only, and stay outside when not confirmed', async (t) => {
    const place = await startAdmin(t, { portal })
    verified.length = 0
    for (const domain of [
      'evil.example',
      'portal.example.evil.example',
      'portal.example@evil.example',
      'portal.example/x',
      'portal.example:444',
      'portal.example#x',
    ]) {
      const refused = await place.visitor().post('/session/portal', { domain, authId: 'admin-token' })
      assert.deepEqual([refused.status, refused.body['error']], [403, 'ACCESS_PORTAL_REFUSED'], domain)
    }
    assert.deepEqual(verified, [])
    const unknown = await place
      .visitor()
      .post('/session/portal', { domain: 'portal.example', authId: 'stale-token' })
    assert.equal(unknown.status, 403)
    const none = await startAdmin(t)
    const off = await none
      .visitor()
      .post('/session/portal', { domain: 'portal.example', authId: 'admin-token' })
    assert.equal(off.status, 403)
  })

  it('are let in by the form that the portal posts when it opens the page', async (t) => {
    const place = await startAdmin(t, { portal, portals: portal.hosts, pageFolder: '/nowhere' })
    const open = (authId: string): Promise<Response> =>
      fetch(`${place.url}/admin/?DOMAIN=portal.example&PROTOCOL=1&LANG=ru`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams({ AUTH_ID: authId, member_id: 'm' }).toString(),
      })
    const opened = await open('admin-token')
    assert.deepEqual([opened.status, opened.headers.get('location')], [303, '/admin/'])
    assert.match(opened.headers.getSetCookie()[0] ?? '', /^__Host-mufta_session=/)
    const refused = await open('stale')
    assert.equal(refused.status, 303)
    assert.deepEqual(refused.headers.getSetCookie(), [])
  })
})

describe('passwords', () => {
  it('verify in any spelling of the same letters, and only then', async () => {
    const passwords = new Passwords({ logN: 4, p: 1 })
    const stored = await passwords.hash('пароль й 12345')
    assert.ok(await passwords.verify('пароль и\u0306 12345', stored))
    assert.ok(!(await passwords.verify('пароль и 12345', stored)))
    assert.ok(!stored.includes('12345'))
    assert.notEqual(stored, await passwords.hash('пароль й 12345'))
  })

  it('use the cost that OWASP names', async () => {
    assert.match(await new Passwords().hash('x'), /^scrypt:15:3:/)
  })

  it('a flood of them is turned away instead of piling up', async () => {
    await using store = await openSqliteStore({ path: ':memory:' })
    const access = new Access({ store: store.admin, clock: Date.now, passwordCost: { logN: 10, p: 1 } })
    const tries = Array.from({ length: 40 }, (_, index) => access.signIn(`u${index}`, 'x', `10.0.0.${index}`))
    const codes = (await Promise.allSettled(tries)).map(
      (each) => (each as PromiseRejectedResult).reason.code as string,
    )
    assert.ok(codes.includes('ACCESS_TOO_MANY'))
    assert.ok(codes.includes('ACCESS_WRONG'))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BridgeCaller, KEY, pairWith } from './bridge-helpers/bridge-caller.ts'
import { FakeRuntime, refuse } from './bridge-helpers/fake-runtime.ts'
import { Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

/** Everything the module wrote anywhere: its tables, its options, the site's log. */
const EVERYTHING = `
$connection = \\Bitrix\\Main\\Application::getConnection();
$tables = array_map(static fn (array $row): string => (string)reset($row), $connection->query("SHOW TABLES LIKE 'mufta\\\\_bridge\\\\_%'")->fetchAll());
$text = '';
foreach ([...$tables, 'b_event_log', 'b_option', 'b_option_site', 'b_agent'] as $table) {
    $text .= print_r($connection->query("SELECT * FROM $table")->fetchAll(), true);
}
return $text;`

describe('secrets and personal data of the bridge', { skip: skipWithoutPhp() }, () => {
  it('the shared secret lies encrypted, anew each time, and only the key of the site reads it', async () => {
    await using site = await Site.make()
    const stored = async (): Promise<string> =>
      (await site.rows("SELECT VALUE FROM b_option WHERE NAME = 'secret'"))[0]?.['VALUE'] ?? ''
    await pairWith(site)
    const first = await stored()
    await pairWith(site)
    assert.match(first, /^v1:/)
    assert.notEqual(await stored(), first)
    assert.ok(!(await site.eval<string>(EVERYTHING)).includes(KEY.secret))

    const caller = new BridgeCaller((await site.serve(1)).url, site.id)
    assert.equal((await caller.ask('health')).status, 200)
    for (const cryptoKey of ['another key of the site', null]) {
      site.configure({ cryptoKey })
      const answer = await caller.ask('health')
      assert.deepEqual([answer.status, answer.body.error?.code], [503, 'NOT_CONFIGURED'])
    }
    site.configure({ cryptoKey: 'k'.repeat(32) })
    // Neither plain text nor an altered or foreign ciphertext is taken for a secret.
    for (const value of [
      KEY.secret,
      `v1:${Buffer.from('x'.repeat(60)).toString('base64')}`,
      `${first.slice(0, -6)}AAAAA=`,
    ]) {
      await site.rows(`UPDATE b_option SET VALUE = '${value}' WHERE NAME = 'secret'`)
      assert.equal((await caller.ask('health')).status, 503)
    }
  })

  it('no name, address, comment, key or code of anyone is in a row, a log line, an error or a refusal', async () => {
    await using runtime = await FakeRuntime.start(refuse(400, '{"error":"canary-answer of the runtime"}'))
    await using site = await Site.make()
    await pairWith(site, runtime.url)
    const personal = {
      FIO: 'Canary-Name',
      EMAIL: 'canary-mail@shop.test',
      PHONE: '+7 canary-phone',
      ADDRESS: 'canary-street',
    }
    const [id = ''] = await site.place(1, { comment: 'canary-comment', properties: personal })
    await site.eval('return \\Mufta\\Bridge\\Agent::run();')
    const caller = new BridgeCaller((await site.serve(1)).url, site.id)
    const order = { id, expectedVersion: null }
    const answers = [
      await caller.ask('orders.patch', { ...order, patch: { managerComment: 'canary-manager' } }, 'k-1'),
      await caller.ask(
        'orders.patch',
        { ...order, patch: { managerComment: 'canary-manager', x: 'canary-x' } },
        'k-2',
      ),
      await caller.ask('orders.patch', { ...order, patch: { status: 'canary-status' } }, 'k-3'),
      await caller.send('{"v":1,"command":"canary-command","args":{}}'),
      await caller.send('{"canary', {}),
    ]
    await site.rows('RENAME TABLE b_sale_order_props_value TO away')
    answers.push(await caller.ask('orders.read', { ids: [id] }))
    assert.equal(answers.at(-1)?.status, 500)
    await site.rows('RENAME TABLE away TO b_sale_order_props_value')
    for (const { text } of answers) assert.doesNotMatch(text, /canary/i)
    const written = await site.eval<string>(EVERYTHING)
    assert.match(written, /OnSaleOrderSaved/)
    assert.doesNotMatch(written, /canary|ivan@shop/i)
    for (const { body, headers } of runtime.received) {
      assert.doesNotMatch(body, /canary/i)
      assert.ok(!JSON.stringify(headers).includes(KEY.secret))
    }
    assert.ok(runtime.received.length > 0)
  })
})

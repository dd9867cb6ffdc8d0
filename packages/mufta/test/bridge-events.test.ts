import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sqlModes } from './bridge-helpers/modes.ts'
import { Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const ENTITIES = ['order', 'product', 'price', 'stock', 'user']

interface Row {
  readonly ENTITY: string
  readonly ENTITY_ID: string
  readonly DELETED: string
  readonly VERSION: string | null
}

/** PHP: runs the code with an empty outbox, returns its rows. */
const AFTER = `
$after = static function (callable $work): array {
    $connection = \\Bitrix\\Main\\Application::getConnection();
    $connection->queryExecute('DELETE FROM mufta_bridge_outbox');
    $work();
    return array_map(static fn (array $row): array => array_intersect_key($row, ['ENTITY' => 1, 'ENTITY_ID' => 1, 'DELETED' => 1, 'VERSION' => 1]), $connection->query('SELECT * FROM mufta_bridge_outbox ORDER BY ID')->fetchAll());
};
\\Bitrix\\Main\\Loader::includeModule('sale');
\\Bitrix\\Main\\Loader::includeModule('catalog');`

for (const { name, sqlMode } of sqlModes) {
  describe(`events of the site ${name}`, { skip: skipWithoutPhp() }, () => {
    it('whatever happens to an order is one row, with its version and no content', async () => {
      await using site = await Site.make({ sqlMode })
      const [id = ''] = await site.place()
      const changes: Readonly<Record<string, string>> = {
        status: `$order->setField('STATUS_ID', 'P')`,
        payment: `$order->getPaymentCollection()[0]->setPaid('Y')`,
        shipment: `$order->getShipmentCollection()->getNotSystemItems()[0]->setField('TRACKING_NUMBER', 'RA1')`,
        unpaid: `$order->getPaymentCollection()[0]->setPaid('N')`,
        canceled: `$order->setField('CANCELED', 'Y')`,
        property: `$order->getPropertyCollection()->getPhone()->setValue('+7 1')`,
      }
      const seen = await site.eval<Record<string, Row[]>>(
        `${AFTER}
         $all = [];
         ${Object.entries(changes)
           .map(
             ([what, code]) =>
               `$all['${what}'] = $after(static function () { $order = \\Bitrix\\Sale\\Order::load(${id}); ${code}; $order->save(); });`,
           )
           .join('\n')}
         $all['nothing'] = $after(static fn () => \\Bitrix\\Sale\\Order::load(${id})->save());
         $all['deleted'] = $after(static fn () => \\Bitrix\\Sale\\Order::delete(${id}));
         return $all;`,
      )
      const expected = Object.keys(changes).map((what, index) => [
        what,
        [{ ENTITY: 'order', ENTITY_ID: id, VERSION: String(index + 1), DELETED: 'N' }],
      ])
      const last = String(expected.length)
      assert.deepEqual(seen, {
        ...Object.fromEntries(expected),
        nothing: [],
        deleted: [{ ENTITY: 'order', ENTITY_ID: id, VERSION: last, DELETED: 'Y' }],
      })
    })

    it('elements, prices, stocks and users are one row each, and a failed write is none', async () => {
      await using site = await Site.make({ sqlMode, entities: ENTITIES })
      const seen = await site.eval<Record<string, Row[]>>(
        `${AFTER}
         $element = new CIBlockElement();
         return [
             'element' => $after(static fn () => $element->Update(12, ['NAME' => 'Соль'])),
             'element failed' => $after(static fn () => $element->Update(12, ['NAME' => ''])),
             'product' => $after(static fn () => \\Bitrix\\Catalog\\Model\\Product::update(12, ['VAT_ID' => 1])),
             'price' => $after(static fn () => \\Bitrix\\Catalog\\Model\\Price::update(2, ['PRICE' => 91])),
             'price failed' => $after(static fn () => \\Bitrix\\Catalog\\Model\\Price::update(2, ['PRICE' => -1])),
             'stock' => $after(static fn () => \\Bitrix\\Catalog\\StoreProductTable::update(2, ['AMOUNT' => 4])),
             'user' => $after(static fn () => CShimUsers::update(2, ['NAME' => 'Пётр', 'PASSWORD' => 'canary-password', 'CHECKWORD' => 'canary-check'])),
             'user failed' => $after(static fn () => CShimUsers::update(2, ['PASSWORD' => 'canary-password'], false)),
             'register' => $after(static fn () => CShimUsers::register(7, ['LOGIN' => 'new', 'PASSWORD' => 'canary-password', 'CONFIRM_PASSWORD' => 'canary-password'])),
             'register failed' => $after(static fn () => CShimUsers::register(0, ['LOGIN' => 'new', 'PASSWORD' => 'canary-password'])),
         ];`,
      )
      const short = Object.fromEntries(
        Object.entries(seen).map(([what, rows]) => [
          what,
          rows.map(({ ENTITY, ENTITY_ID }) => `${ENTITY} ${ENTITY_ID}`),
        ]),
      )
      assert.deepEqual(short, {
        element: ['product 12'],
        'element failed': [],
        product: ['product 12'],
        price: ['price 12'],
        'price failed': [],
        stock: ['stock 12'],
        user: ['user 2'],
        'user failed': [],
        register: ['user 7'],
        'register failed': [],
      })
      assert.ok(!(await everything(site)).includes('canary'))
    })

    it('nothing that breaks inside a handler reaches the checkout', async () => {
      await using site = await Site.make({ sqlMode })
      const seen = await site.eval<{ ids: number[]; logged: string[] }>(
        `$connection = \\Bitrix\\Main\\Application::getConnection();
         $connection->queryExecute('DROP TABLE mufta_bridge_outbox');
         $ids = [ShimOrders::place()];
         $logged = array_column($connection->query("SELECT ITEM_ID, DESCRIPTION FROM b_event_log")->fetchAll(), 'ITEM_ID');
         $connection->queryExecute('RENAME TABLE b_event_log TO b_event_log_away');
         $ids[] = ShimOrders::place();
         return ['ids' => $ids, 'logged' => array_values(array_unique($logged))];`,
      )
      assert.deepEqual(seen.ids, [1, 2])
      assert.deepEqual(seen.logged, ['EVENT_NOT_RECORDED'])
    })
  })
}

describe('events of the site', { skip: skipWithoutPhp() }, () => {
  it('a write under the guard leaves no row, and the guard goes down when the write fails', async () => {
    await using site = await Site.make()
    const [id = ''] = await site.place()
    const seen = await site.eval<{ guarded: Row[]; thrown: Row[]; later: Row[] }>(
      `use Mufta\\Bridge\\Guard;
       ${AFTER}
       $change = static function (string $comment): void {
           $order = \\Bitrix\\Sale\\Order::load(${id});
           $order->setField('COMMENTS', $comment);
           $order->save();
       };
       return [
           'guarded' => $after(static fn () => Guard::run(static fn () => $change('a'))),
           'thrown' => $after(static function () use ($change): void {
               try { Guard::run(static function () use ($change): void { $change('b'); throw new Exception('x'); }); } catch (Exception) {}
           }),
           'later' => $after(static fn () => $change('c')),
       ];`,
    )
    assert.deepEqual(seen.guarded, [])
    assert.deepEqual(seen.thrown, [])
    assert.equal(seen.later.length, 1)
  })

  it('a hundred saves of one order are one row', async () => {
    await using site = await Site.make()
    const [id = ''] = await site.place()
    const rows = await site.eval<Row[]>(
      `${AFTER}
       return $after(static function () {
           for ($i = 0; $i < 100; $i++) { $order = \\Bitrix\\Sale\\Order::load(${id}); $order->setField('COMMENTS', "$i"); $order->save(); }
       });`,
    )
    assert.deepEqual(rows, [{ ENTITY: 'order', ENTITY_ID: id, VERSION: '100', DELETED: 'N' }])
  })

  it('an order of a site that the module does not serve is none of its business', async () => {
    await using site = await Site.make()
    await site.eval(`\\Mufta\\Bridge\\Settings::set('sites', 's2'); return 1;`)
    await site.place(1, { site: 's1' })
    await site.place(1, { site: 's2' })
    assert.deepEqual(await site.rows('SELECT ENTITY_ID FROM mufta_bridge_outbox'), [{ ENTITY_ID: '2' }])
  })
})

/** Every value in the module's tables and the event log, as one text. */
async function everything(site: Site): Promise<string> {
  return await site.eval<string>(
    `$text = '';
     $connection = \\Bitrix\\Main\\Application::getConnection();
     foreach ([...$connection->query("SHOW TABLES LIKE 'mufta\\\\_bridge\\\\_%'")->fetchAll(), ['b_event_log'], ['b_option']] as $row) {
         $text .= print_r($connection->query('SELECT * FROM ' . reset($row))->fetchAll(), true);
     }
     return $text;`,
  )
}

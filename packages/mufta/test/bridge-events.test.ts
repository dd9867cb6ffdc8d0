import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BridgeCaller, pairWith } from './bridge-helpers/bridge-caller.ts'
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
$after = static function (callable $work, array $columns = ['ENTITY', 'ENTITY_ID', 'DELETED', 'VERSION']): array {
    $connection = \\Bitrix\\Main\\Application::getConnection();
    $connection->queryExecute('DELETE FROM mufta_bridge_outbox');
    $work();
    return array_map(static fn (array $row): array => array_intersect_key($row, array_flip($columns)), $connection->query('SELECT * FROM mufta_bridge_outbox ORDER BY ID')->fetchAll());
};
\\Bitrix\\Main\\Loader::includeModule('sale');
\\Bitrix\\Main\\Loader::includeModule('catalog');`

interface Fired {
  /** As it is subscribed to, with a word on the case in brackets. */
  readonly event: string
  readonly code: string
  /** "entity id reason"; NEW is what the code returned. */
  readonly rows: readonly string[]
}

const PRODUCT = '\\Bitrix\\Catalog\\Model\\Product'
const PRICE = '\\Bitrix\\Catalog\\Model\\Price'
const STORE = '\\Bitrix\\Catalog\\StoreProductTable'
const SECRET = `'PASSWORD' => 'canary-password', 'CONFIRM_PASSWORD' => 'canary-password', 'CHECKWORD' => 'canary-check'`

/** In the order of their running: later ones work on what earlier ones made. */
const FIRED: readonly Fired[] = [
  {
    event: 'OnAfterIBlockElementAdd',
    code: `(new CIBlockElement())->Add(['IBLOCK_ID' => 2, 'NAME' => 'Соль'])`,
    rows: ['product NEW OnAfterIBlockElementAdd'],
  },
  {
    event: 'OnAfterIBlockElementUpdate',
    code: `(new CIBlockElement())->Update(12, ['NAME' => 'Сахар-песок'])`,
    rows: ['product 12 OnAfterIBlockElementUpdate'],
  },
  {
    event: 'OnAfterIBlockElementDelete',
    code: `CIBlockElement::Delete(10)`,
    rows: ['product 10 OnAfterIBlockElementDelete deleted'],
  },
  {
    event: 'Bitrix\\Catalog\\Model\\Product::OnAfterAdd',
    code: `${PRODUCT}::add(['ID' => 77, 'VAT_ID' => 1, 'QUANTITY' => 1])`,
    rows: ['product 77 OnProductAdd'],
  },
  {
    event: 'Bitrix\\Catalog\\Model\\Product::OnAfterUpdate (rate)',
    code: `${PRODUCT}::update(77, ['VAT_ID' => 2])`,
    rows: ['product 77 OnProductUpdate'],
  },
  {
    event: 'Bitrix\\Catalog\\Model\\Product::OnAfterUpdate (quantity)',
    code: `${PRODUCT}::update(77, ['QUANTITY' => 4])`,
    rows: ['product 77 OnProductUpdate', 'stock 77 OnProductUpdate'],
  },
  {
    event: 'Bitrix\\Catalog\\Model\\Product::OnAfterDelete',
    code: `${PRODUCT}::delete(77)`,
    rows: ['product 77 OnProductDelete deleted'],
  },
  {
    event: 'Bitrix\\Catalog\\Model\\Price::OnAfterAdd',
    code: `${PRICE}::add(['PRODUCT_ID' => 11, 'CATALOG_GROUP_ID' => 2, 'PRICE' => 5, 'CURRENCY' => 'RUB'])`,
    rows: ['price 11 OnPriceAdd'],
  },
  {
    event: 'Bitrix\\Catalog\\Model\\Price::OnAfterUpdate',
    code: `${PRICE}::update(2, ['PRICE' => 91])`,
    rows: ['price 12 OnPriceUpdate'],
  },
  {
    event: 'OnStoreProductAdd',
    code: `CCatalogStoreProduct::Add(['PRODUCT_ID' => 11, 'STORE_ID' => 2, 'AMOUNT' => 1])`,
    rows: ['stock 11 OnStoreProductAdd'],
  },
  {
    event: 'OnStoreProductUpdate (the product is named)',
    code: `CCatalogStoreProduct::Update(2, ['PRODUCT_ID' => 12, 'AMOUNT' => 3])`,
    rows: ['stock 12 OnStoreProductUpdate'],
  },
  {
    event: 'OnStoreProductUpdate (only the amount)',
    code: `CCatalogStoreProduct::Update(2, ['AMOUNT' => 4])`,
    rows: ['stock 12 OnStoreProductUpdate'],
  },
  {
    event: '\\Bitrix\\Catalog\\StoreProduct::OnAfterAdd',
    code: `${STORE}::add(['PRODUCT_ID' => 9, 'STORE_ID' => 1, 'AMOUNT' => 1])`,
    rows: ['stock 9 OnStoreProductAdd'],
  },
  {
    event: '\\Bitrix\\Catalog\\StoreProduct::OnAfterUpdate',
    code: `${STORE}::update(2, ['AMOUNT' => 5])`,
    rows: ['stock 12 OnStoreProductUpdate'],
  },
  {
    event: 'OnAfterUserAdd',
    code: `CShimUsers::add(6, ['LOGIN' => 'new', ${SECRET}])`,
    rows: ['user 6 OnAfterUserAdd'],
  },
  {
    event: 'OnAfterUserRegister',
    code: `CShimUsers::register(7, ['LOGIN' => 'new', ${SECRET}])`,
    rows: ['user 7 OnAfterUserRegister'],
  },
  {
    event: 'OnAfterUserSimpleRegister',
    code: `CShimUsers::simpleRegister(8, ['LOGIN' => 'new', ${SECRET}])`,
    rows: ['user 8 OnAfterUserRegister'],
  },
  {
    event: 'OnAfterUserUpdate',
    code: `CShimUsers::update(2, ['NAME' => 'Пётр', ${SECRET}])`,
    rows: ['user 2 OnAfterUserUpdate'],
  },
  { event: 'OnAfterUserDelete', code: `CShimUsers::delete(2)`, rows: ['user 2 OnAfterUserDelete deleted'] },
]

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

    it('every event of the catalogue and of users is one row: of what, whose, why', async () => {
      await using site = await Site.make({ sqlMode, entities: ENTITIES })
      const cases = FIRED.map(({ code }) => `static fn () => ${code}`).join(',\n')
      const { fired, subscribed } = await site.eval<{
        fired: { made: unknown; rows: Record<string, string>[] }[]
        subscribed: string[]
      }>(
        `${AFTER}
         $fired = [];
         foreach ([${cases}] as $work) {
             $made = null;
             $rows = $after(static function () use ($work, &$made): void { $made = $work(); }, ['ENTITY', 'ENTITY_ID', 'REASON', 'DELETED']);
             $fired[] = ['made' => is_scalar($made) ? $made : null, 'rows' => $rows];
         }
         $of = (new ReflectionClassConstant('Mufta\\Bridge\\Subscriptions', 'EVENTS'))->getValue();
         unset($of['order']);
         return ['fired' => $fired, 'subscribed' => array_column(array_merge(...array_values($of)), 1)];`,
      )
      for (const [index, { event, rows }] of FIRED.entries()) {
        const told = fired[index]?.rows.map(
          ({ ENTITY, ENTITY_ID, REASON, DELETED }) =>
            `${ENTITY} ${ENTITY_ID} ${REASON}${DELETED === 'Y' ? ' deleted' : ''}`,
        )
        const expected = rows.map((row) => row.replace('NEW', String(fired[index]?.made)))
        assert.deepEqual(told, expected, event)
      }
      const names = FIRED.map(({ event }) => event.replace(/ \(.*/, ''))
      assert.deepEqual(new Set(names), new Set(subscribed), 'each event that is subscribed to is fired here')
      assert.ok(!(await everything(site)).includes('canary'))
    })

    it('a failed write of the catalogue or of a user is no row', async () => {
      await using site = await Site.make({ sqlMode, entities: ENTITIES })
      const rows = await site.eval<Row[]>(
        `${AFTER}
         return $after(static function (): void {
             (new CIBlockElement())->Add(['IBLOCK_ID' => 2, 'NAME' => '']);
             (new CIBlockElement())->Update(12, ['NAME' => '']);
             CIBlockElement::Delete(999);
             \\Bitrix\\Catalog\\Model\\Price::add(['PRODUCT_ID' => 12, 'CATALOG_GROUP_ID' => 1, 'PRICE' => -1, 'CURRENCY' => 'RUB']);
             \\Bitrix\\Catalog\\Model\\Price::update(2, ['PRICE' => -1]);
             CShimUsers::update(2, ['PASSWORD' => 'canary-password'], false);
             CShimUsers::register(0, ['LOGIN' => 'new', 'PASSWORD' => 'canary-password']);
         });`,
      )
      assert.deepEqual(rows, [])
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

  it('no event at all lets out what breaks inside, and each is logged', async () => {
    await using site = await Site.make({ entities: ENTITIES })
    const seen = await site.eval<{ thrown: string[]; logged: number }>(
      `${AFTER}
       $connection = \\Bitrix\\Main\\Application::getConnection();
       $connection->queryExecute('DROP TABLE mufta_bridge_outbox');
       $thrown = [];
       foreach ([${FIRED.map(({ code }) => `static fn () => ${code}`).join(',\n')}] as $index => $work) {
           try { $work(); } catch (\\Throwable $error) { $thrown[] = $index . ' ' . $error->getMessage(); }
       }
       $logged = $connection->queryScalar("SELECT COUNT(*) FROM b_event_log WHERE ITEM_ID = 'EVENT_NOT_RECORDED'");
       return ['thrown' => $thrown, 'logged' => (int)$logged];`,
    )
    assert.deepEqual(seen.thrown, [])
    assert.ok(seen.logged >= 1)
  })

  it('none of the events leaves a row while the runtime itself writes', async () => {
    await using site = await Site.make({ entities: ENTITIES })
    const rows = await site.eval<Row[]>(
      `use Mufta\\Bridge\\Guard;
       ${AFTER}
       return $after(static fn () => Guard::run(static function (): void { ${FIRED.map(({ code }) => `${code};`).join('\n')} }));`,
    )
    assert.deepEqual(rows, [])
  })

  it('prices and stocks that the runtime sets do not come back to it; a manager in between does', async () => {
    await using site = await Site.make({ entities: ENTITIES })
    await pairWith(site)
    const caller = new BridgeCaller((await site.serve(1)).url, site.id)
    const price = { amount: '90.10', currency: 'RUB' }
    const args = {
      prices: [{ productId: '12', priceTypeId: '1', price, quantityFrom: null, quantityTo: null }],
    }
    assert.deepEqual(await caller.call('prices.write', args, 'price-1'), { done: 1, failed: [] })
    const stocks = [{ productId: '12', storeId: '2', amount: '7.25', reserved: '0' }]
    assert.deepEqual(await caller.call('stocks.write', { stocks }, 'stock-1'), { done: 1, failed: [] })
    assert.deepEqual(await site.rows('SELECT ENTITY FROM mufta_bridge_outbox'), [])
    const [product] = await site.rows('SELECT QUANTITY FROM b_catalog_product WHERE ID = 12')
    assert.equal(product?.['QUANTITY'], '12.25')
    await site.eval(
      `\\Bitrix\\Main\\Loader::includeModule('catalog'); ${PRICE}::update(2, ['PRICE' => 95]); return 1;`,
    )
    assert.deepEqual(await site.rows('SELECT ENTITY, ENTITY_ID FROM mufta_bridge_outbox'), [
      { ENTITY: 'price', ENTITY_ID: '12' },
    ])
  })

  it('a deleted price is told by no event; the next reading of all prices is without it', async () => {
    await using site = await Site.make({ entities: ENTITIES })
    await pairWith(site)
    const caller = new BridgeCaller((await site.serve(1)).url, site.id)
    const page = { afterId: null, limit: 100 }
    const read = async (): Promise<readonly string[]> => {
      const { prices } = (await caller.call('prices.read', page)) as {
        prices: { productId: string; priceTypeId: string }[]
      }
      return prices.map(({ productId, priceTypeId }) => `${productId}/${priceTypeId}`)
    }
    assert.deepEqual(await read(), ['11/1', '12/1', '12/2'])

    await site.eval(
      `\\Bitrix\\Main\\Loader::includeModule('catalog');
       return ${PRICE}::delete(2)->isSuccess();`,
    )

    assert.deepEqual(await site.rows('SELECT ENTITY FROM mufta_bridge_outbox'), [])
    assert.deepEqual(await read(), ['11/1', '12/2'])
  })

  it('many changes of a product, by whichever event, are one row that counts them', async () => {
    await using site = await Site.make({ entities: ENTITIES })
    const rows = await site.eval<Record<string, string>[]>(
      `${AFTER}
       return $after(static function (): void {
           for ($i = 1; $i <= 20; $i++) {
               (new CIBlockElement())->Update(12, ['NAME' => "Сахар $i"]);
               ${PRODUCT}::update(12, ['QUANTITY' => $i]);
               ${PRICE}::update(2, ['PRICE' => $i]);
               ${STORE}::update(2, ['AMOUNT' => $i]);
           }
       }, ['ENTITY', 'ENTITY_ID', 'REASON', 'REVISION']);`,
    )
    assert.deepEqual(rows, [
      { ENTITY: 'product', ENTITY_ID: '12', REASON: 'OnProductUpdate', REVISION: '40' },
      { ENTITY: 'stock', ENTITY_ID: '12', REASON: 'OnStoreProductUpdate', REVISION: '40' },
      { ENTITY: 'price', ENTITY_ID: '12', REASON: 'OnPriceUpdate', REVISION: '20' },
    ])
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

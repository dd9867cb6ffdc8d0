import { shopLists } from '@mufta/testing/shop'
import { phpValue, type Site } from './site.ts'

const TABLES = [
  'b_sale_order',
  'b_sale_basket',
  'b_sale_basket_props',
  'b_sale_order_props_value',
  'b_sale_order_payment',
  'b_sale_order_delivery',
  'b_sale_order_dlv_basket',
  'mufta_bridge_outbox',
  'mufta_bridge_nonce',
  'mufta_bridge_applied',
] as const

/** Puts the lists of the simulated portal's shop in the place of the stand-in's own, and leaves one site. */
export async function stockShop(site: Site): Promise<void> {
  const { statuses, personTypes, properties, paySystems, deliveries, stores } = shopLists
  await fill(site, {
    b_lang: [{ LID: 's1', DEF: 'Y', NAME: 'Основной', SERVER_NAME: 'shop.test' }],
    b_sale_status: statuses.map(({ id, type, sort = 500 }) => ({ ID: id, TYPE: type, SORT: sort })),
    b_sale_status_lang: statuses.map(({ id, name }) => ({ STATUS_ID: id, LID: 'ru', NAME: name })),
    b_sale_person_type: personTypes.map(({ id, name, code }) => ({
      ID: id,
      LID: 's1',
      NAME: name,
      CODE: code,
    })),
    b_sale_order_props: properties.map((row) => ({
      ID: row['id'],
      PERSON_TYPE_ID: row['personTypeId'],
      NAME: row['name'],
      TYPE: row['type'],
      CODE: row['code'],
      SORT: row['sort'],
      MULTIPLE: row['multiple'],
      IS_EMAIL: row['isEmail'],
      IS_PHONE: row['isPhone'],
      IS_PAYER: row['isPayer'],
      IS_ADDRESS: row['isAddress'],
      IS_ZIP: row['isZip'],
      IS_LOCATION: row['isLocation'],
      IS_PROFILE_NAME: row['isProfileName'],
    })),
    b_sale_pay_system_action: paySystems.map(({ ID, NAME, ACTION_FILE }) => ({
      ID,
      PAY_SYSTEM_ID: ID,
      NAME,
      ACTION_FILE,
    })),
    b_catalog_store: stores.map(({ id, title, code, active, address }) => ({
      ID: id,
      TITLE: title,
      CODE: code,
      ACTIVE: active,
      ADDRESS: address,
    })),
    b_sale_delivery_srv: deliveries.map(({ ID, NAME, CURRENCY }) => ({ ID, NAME, CURRENCY })),
  })
}

/** No orders, nothing told, nothing remembered; the agent of the module has just run. */
export async function clearShop(site: Site): Promise<void> {
  await site.eval(
    `use Mufta\\Bridge\\Agent;
     foreach (${phpValue(TABLES)} as $table) {
         \\Bitrix\\Main\\Application::getConnection()->queryExecute("TRUNCATE TABLE $table");
     }
     return Agent::run();`,
  )
}

async function fill(
  site: Site,
  tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>,
): Promise<void> {
  await site.eval(
    `$connection = \\Bitrix\\Main\\Application::getConnection();
     foreach (${phpValue(tables)} as $table => $rows) {
         $connection->queryExecute("DELETE FROM $table");
         foreach ($rows as $row) {
             $connection->add($table, $row);
         }
     }
     return true;`,
  )
}

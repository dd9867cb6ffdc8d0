import {
  PERSON_TYPES,
  personTypeTypes,
  statusLangTypes,
  statusRow,
  statusTypes,
  STORES,
  storeTypes,
} from '../dictionaries.ts'
import { parseFilter, toTest, type FieldTypes } from '../filter.ts'
import { selectRow } from '../list.ts'
import { controllerList, type Call, type Methods, type Outcome } from '../method.ts'
import { upperKeys, type Row } from '../rows.ts'
import { Table } from '../table.ts'

const personTypes = new Table({ key: 'id', types: personTypeTypes })
for (const row of PERSON_TYPES) personTypes.add(row)

const stores = new Table({ key: 'id', types: storeTypes })
for (const row of STORES) stores.add(row)

const upperTypes: FieldTypes = { ID: 'int', NAME: 'string', ACTIVE: 'char', SORT: 'int', XML_ID: 'string' }

export const dictionaryMethods: Methods = {
  'sale.status.list': {
    scope: 'sale',
    run: listWith('statuses', statusTypes, (call) => call.shop.orders.statuses.map(statusRow)),
  },
  'sale.statuslang.list': {
    scope: 'sale',
    run: listWith('statusLangs', statusLangTypes, (call) =>
      call.shop.orders.statuses.flatMap(({ id, name }) => [
        { description: '', lid: 'ru', name, statusId: id },
        { description: '', lid: 'en', name: `Status ${id}`, statusId: id },
      ]),
    ),
  },
  'sale.persontype.list': { scope: 'sale', run: controllerList('personTypes', () => personTypes) },
  // Bitrix24 REST docs: the scope of pay systems is not `sale`.
  'sale.paysystem.list': { scope: 'pay_system', run: wholeList((call) => call.shop.orders.paySystems) },
  'sale.delivery.getlist': { scope: 'sale', run: wholeList((call) => call.shop.orders.deliveries) },
  'catalog.store.list': { scope: 'catalog', run: controllerList('stores', () => stores) },
}

/** Tables keyed by text: their rows get a number for the list engine only, so that filter, order and pages work. */
function listWith(
  key: string,
  types: FieldTypes,
  rowsOf: (call: Call) => readonly Row[],
): (call: Call) => Outcome {
  return (call) => {
    const table = new Table({ key: '#', types })
    for (const row of rowsOf(call)) table.add({ ...row, '#': table.newId() })
    return controllerList(key, () => table, withoutNumber)(call)
  }
}

function withoutNumber(row: Row): Row {
  const { '#': _, ...rest } = row
  return rest
}

/** Old lists: names in upper case, rows right under `result`, no pages. */
function wholeList(rowsOf: (call: Call) => readonly Row[]): (call: Call) => Outcome {
  return (call) => {
    const { SELECT, FILTER } = upperKeys(call.params)
    const { conditions, ignored } = parseFilter(FILTER, upperTypes)
    call.shop.ignore(call.method, ignored)
    const tests = conditions.map((condition) => toTest(condition, upperTypes))
    const found = rowsOf(call)
      .filter((row) => tests.every((test) => test(row)))
      .map((row) => selectRow(row, SELECT))
    return { result: found, rows: found.length }
  }
}

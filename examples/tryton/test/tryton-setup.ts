import { wireDecimal, type TrytonStaff } from './tryton-rpc.ts'

/** Products of the demo company, by their code (the `xmlId` of the shop's products). */
export const products = {
  shirt: { code: 'TSHIRT', name: 'Футболка' },
  cable: { code: 'CABLE', name: 'Кабель' },
} as const

/** The payment term of the demo company. */
export const paymentTerm = 'Сразу'

/** Makes an empty Tryton a company that sells: currency, chart of accounts, products, payment term. */
export async function setUpCompany(staff: TrytonStaff): Promise<void> {
  const currency = await addCurrency(staff)
  const company = await addCompany(staff, currency)
  const accounts = await addAccounts(staff, company)
  await addProducts(staff, accounts)
  await staff.create('account.invoice.payment_term', {
    name: paymentTerm,
    lines: [['create', [{ type: 'remainder' }]]],
  })
}

async function addCurrency(staff: TrytonStaff): Promise<number> {
  return staff.create('currency.currency', {
    name: 'Российский рубль',
    code: 'RUB',
    symbol: '₽',
    rounding: wireDecimal('0.01'),
    digits: 2,
    rates: [
      ['create', [{ date: { __class__: 'date', year: 2020, month: 1, day: 1 }, rate: wireDecimal('1') }]],
    ],
  })
}

/** No `timezone`: it needs a package that the server does not bring. */
async function addCompany(staff: TrytonStaff, currency: number): Promise<number> {
  const party = await staff.create('party.party', { name: 'ООО «Ромашка»' })
  const company = await staff.create('company.company', { party, currency })
  const user = await staff.one('res.user', [['login', '=', 'admin']])
  await staff.call('model.res.user.write', [user], { companies: [['add', [company]]], company })
  staff.context = { company }
  return company
}

interface Accounts {
  readonly receivable: number
  readonly payable: number
  readonly revenue: number
  readonly expense: number
}

async function addAccounts(staff: TrytonStaff, company: number): Promise<Accounts> {
  const template = await staff.one('account.account.template', [['parent', '=', null]])
  const [session] = await staff.call<[string, string, string]>('wizard.account.create_chart.create')
  await staff.call(
    'wizard.account.create_chart.execute',
    session,
    { account: { account_template: template, company } },
    'create_account',
  )
  const accounts = {
    receivable: await accountOf(staff, 'receivable'),
    payable: await accountOf(staff, 'payable'),
    revenue: await accountOf(staff, 'revenue'),
    expense: await accountOf(staff, 'expense'),
  }
  await staff.call(
    'wizard.account.create_chart.execute',
    session,
    { properties: { company, account_receivable: accounts.receivable, account_payable: accounts.payable } },
    'create_properties',
  )
  await staff.call('wizard.account.create_chart.delete', session)
  // Without these a line that has no product (delivery) cannot be invoiced.
  await staff.call('model.account.configuration.write', [1], {
    default_category_account_revenue: accounts.revenue,
    default_category_account_expense: accounts.expense,
  })
  return accounts
}

async function accountOf(staff: TrytonStaff, kind: keyof Accounts): Promise<number> {
  return staff.one('account.account', [[`type.${kind}`, '=', true]])
}

async function addProducts(staff: TrytonStaff, accounts: Accounts): Promise<void> {
  const unit = await staff.one('product.uom', [['symbol', '=', 'u']])
  const meter = await staff.one('product.uom', [['symbol', '=', 'm']])
  const category = await staff.create('product.category', {
    name: 'Товары',
    accounting: true,
    account_revenue: accounts.revenue,
    account_expense: accounts.expense,
  })
  const units: Record<string, number> = { [products.cable.code]: meter }
  for (const { code, name } of Object.values(products)) {
    await staff.create('product.template', {
      name,
      type: 'goods',
      default_uom: units[code] ?? unit,
      sale_uom: units[code] ?? unit,
      salable: true,
      account_category: category,
      list_price: wireDecimal('1990.0000'),
      products: [['create', [{ suffix_code: code }]]],
    })
  }
}

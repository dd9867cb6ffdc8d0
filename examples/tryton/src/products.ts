import { ParkError, type CallOptions } from '@mufta/kit'
import type { TrytonClient } from './client.ts'
import { correctionId, deliveryId } from './rows.ts'
import type { SaleLine } from './sale.ts'
import type { TrytonSettings } from './settings.ts'
import { wireDecimal } from './wire.ts'

interface ProductRow {
  readonly id: number
  readonly code: string
  readonly sale_uom: number
}

/**
 * Lines as Tryton takes them, products found by code in one request.
 * @throws ParkError `TRYTON_PRODUCT_MISSING` when Tryton lacks one and the settings say "park"
 */
export async function wireLines(
  client: TrytonClient,
  lines: readonly SaleLine[],
  options: CallOptions & { readonly settings: TrytonSettings },
): Promise<readonly object[]> {
  const codes = lines.flatMap((line) => line.product ?? [])
  const products = await findProducts(client, [...new Set(codes)], options)
  return lines.map((line) => ({
    type: 'line',
    note: line.note,
    description: line.description,
    ...productOf(line, products, options.settings),
    // Tryton's quantity is a float; its text and the shop's are the same up to 15 digits.
    quantity: Number(line.quantity),
    unit_price: wireDecimal(line.unitPrice),
  }))
}

async function findProducts(
  client: TrytonClient,
  codes: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, ProductRow>> {
  if (codes.length === 0) return new Map()
  const domain = [
    ['code', 'in', codes],
    ['salable', '=', true],
  ]
  const rows = await client.read<ProductRow>('product.product', domain, ['code', 'sale_uom'], options)
  return new Map(rows.map((row) => [row.code, row]))
}

function productOf(
  line: SaleLine,
  products: ReadonlyMap<string, ProductRow>,
  settings: TrytonSettings,
): object {
  if (line.product === null) return isBasketItem(line) ? withoutProduct(line, settings) : {}
  const product = products.get(line.product)
  return product === undefined
    ? withoutProduct(line, settings)
    : { product: product.id, unit: product.sale_uom }
}

function withoutProduct(line: SaleLine, settings: TrytonSettings): object {
  if (settings.missingProduct === 'line') return {}
  const code = line.product ?? ''
  throw new ParkError(
    'TRYTON_PRODUCT_MISSING',
    code === ''
      ? `"${line.description}" has no product code in the shop ("${settings.productBy}"): fill it in`
      : `Tryton has no salable product with code "${code}" ("${line.description}"): add it there`,
    { facts: { system: 'Tryton', field: 'product', value: code } },
  )
}

function isBasketItem(line: SaleLine): boolean {
  return line.note !== deliveryId && line.note !== correctionId
}

import { decimal } from '@mufta/kit'
import { seededRandom } from '../sim/faults.ts'
import type { ItemInput, OrderInput, PaymentInput, ShipmentInput } from './placing.ts'

/**
 * Varied orders, the same for the same seed: both person types with their own property ids, discounts, VAT included,
 * not included, zero and none, fractional quantities, paid and free delivery, several payments, names with Cyrillic,
 * emoji and quotes. Prices are exact decimals.
 * @default seed 1
 */
export function orderSamples(count: number, seed = 1): readonly OrderInput[] {
  const draw = new Draw(seededRandom(seed))
  return Array.from({ length: count }, (_, index) => sample(draw, index))
}

interface Good {
  readonly name: string
  readonly measureCode: string
  readonly measureName: string
  readonly isWhole: boolean
}

const FIRST = ['Иван', 'Анна', 'Zoë', 'Пётр', "O'Нил", 'Айгуль', 'José', 'Ёлка'] as const
const LAST = ['Петров', 'Смирнова', 'Müller', 'Кузнецов-Заде', 'Д’Артаньян', 'Сидоров "младший"'] as const
const FIRMS = ['ООО «Ромашка»', 'АО "Север & Ко"', 'ИП Иванов И. И.', "ТОО Д'Арк <Восток>"] as const
const CITIES = ['Москва', 'Санкт-Петербург', 'Йошкар-Ола', 'Алматы'] as const
const WISHES = [
  '',
  'Позвоните за час ☎️',
  'Строка 1\nСтрока 2',
  '50% & "кавычки" + плюс = ?',
  '🎁 подарок',
] as const
const GOODS: readonly [Good, ...Good[]] = [
  { name: 'Футболка «Огонь» 🔥', measureCode: '796', measureName: 'шт', isWhole: true },
  { name: 'Кабель "ВВГнг" 3×2,5', measureCode: '006', measureName: 'м', isWhole: false },
  { name: 'Кофе в зёрнах, Brazil & Santos', measureCode: '166', measureName: 'кг', isWhole: false },
  { name: "Книга: 'Война и мир' <том 1>", measureCode: '796', measureName: 'шт', isWhole: true },
  { name: '茶 Чай «Да Хун Пао»', measureCode: '163', measureName: 'г', isWhole: false },
  { name: 'Стол\\складной/белый', measureCode: '796', measureName: 'шт', isWhole: true },
]
const VAT = [null, '0', '10', '20'] as const

class Draw {
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** Whole number from..to, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1))
  }

  of<T>(list: readonly [T, ...T[]]): T {
    return list[this.whole(0, list.length - 1)] ?? list[0]
  }

  chance(part: number): boolean {
    return this.#random() < part
  }

  /** Amount in kopecks as decimal text. */
  money(from: number, to: number): string {
    return decimal.divide(String(this.whole(from, to)), '100')
  }
}

function sample(draw: Draw, index: number): OrderInput {
  const isLegal = draw.chance(0.3)
  const comment = draw.of(WISHES)
  return {
    personTypeId: isLegal ? 2 : 1,
    userId: 1 + (index % 50),
    properties: isLegal ? legal(draw, index) : individual(draw, index),
    items: Array.from({ length: draw.whole(1, 4) }, () => item(draw)),
    shipments: [shipment(draw)],
    payments: payments(draw),
    ...(comment === '' ? {} : { comment }),
  }
}

function item(draw: Draw): ItemInput {
  const good = draw.of(GOODS)
  const basePrice = draw.money(100, 1_500_000)
  const percent = draw.of([0, 0, 3, 10, 33])
  const price = decimal.round(decimal.multiply(basePrice, decimal.divide(String(100 - percent), '100')), 2)
  const productId = draw.chance(0.1) ? 0 : draw.whole(300, 999)
  return {
    name: good.name,
    quantity: good.isWhole
      ? String(draw.whole(1, 5))
      : decimal.divide(String(draw.whole(100, 9_999)), '1000'),
    price,
    basePrice,
    productId,
    vatPercent: draw.of(VAT),
    vatIncluded: draw.chance(0.6),
    measureCode: good.measureCode,
    measureName: good.measureName,
    ...(productId === 0
      ? {}
      : {
          properties: [
            { code: 'PRODUCT.XML_ID', name: 'Product XML_ID', value: String(1_000_000_000 + productId) },
          ],
        }),
  }
}

function shipment(draw: Draw): ShipmentInput {
  if (draw.chance(0.4)) return { deliveryId: 3, price: '0' }
  return { deliveryId: draw.of([2, 4]), price: draw.money(10_000, 99_999) }
}

/** One, or an advance and the rest; never an advance above the smallest possible total. */
function payments(draw: Draw): readonly PaymentInput[] {
  const paySystemId = draw.of([1, 2, 3])
  if (draw.chance(0.8)) return [{ paySystemId, paid: draw.chance(0.2) }]
  return [{ paySystemId: 2, sum: '0.01', paid: draw.chance(0.5) }, { paySystemId }]
}

function individual(draw: Draw, index: number): Readonly<Record<string, string | readonly string[]>> {
  return {
    '1': `${draw.of(FIRST)} ${draw.of(LAST)}`,
    '2': `buyer${index}@example.com`,
    '3': `+7900${String(1_000_000 + index)}`,
    '4': String(draw.whole(101_000, 199_999)),
    '5': '0000073738',
    '6': `г. ${draw.of(CITIES)}, ул. Ленина, д. ${draw.whole(1, 200)}, кв. ${draw.whole(1, 300)}`,
    ...(draw.chance(0.3) ? { '7': draw.of(WISHES) } : {}),
    ...(draw.chance(0.3) ? { '8': ['phone', 'telegram'] } : {}),
  }
}

function legal(draw: Draw, index: number): Readonly<Record<string, string>> {
  return {
    '20': draw.of(FIRMS),
    '21': String(7_700_000_000 + index),
    '22': '770101001',
    '23': `${draw.of(FIRST)} ${draw.of(LAST)}`,
    '24': `office${index}@example.com`,
    '25': `+7495${String(1_000_000 + index)}`,
    '26': String(draw.whole(101_000, 199_999)),
    '28': `${draw.of(CITIES)}, Промзона, стр. ${draw.whole(1, 40)}`,
  }
}

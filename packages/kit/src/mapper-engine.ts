import { isDeepStrictEqual } from 'node:util'
import type { Converter } from './converter.ts'
import type { Field, ListField, ScalarField } from './mapper-fields.ts'
import type { CheckMismatch, FieldRoute, FieldRule, Json, Mapper, Values } from './mapper.ts'
import { getPath, mergePatch, setPath, stepsOf } from './paths.ts'

/** A flat name taken apart: "payments[771].paid" → field payments, row 771, name in row "paid" ("" = the row itself). */
interface FlatName {
  readonly field: string
  readonly row: string | null
  readonly inner: string
}

export class FieldMapper<Shop, External> implements Mapper<Shop, External> {
  readonly version: string
  readonly #fields: ReadonlyMap<string, Field<Shop>>
  readonly #steps: ReadonlyMap<string, readonly string[]>

  constructor(fields: ReadonlyMap<string, Field<Shop>>) {
    this.#fields = fields
    this.#steps = new Map([...fields.keys()].map((name) => [name, stepsOf(name)]))
    this.version = fingerprint(fields)
  }

  fields(): readonly FieldRoute[] {
    return [...this.#fields].flatMap(([name, field]) => {
      const { direction, owner } = this.rule(name)
      const shop = field.kind === 'constant' ? null : field.shop
      if (field.kind !== 'list') return [{ field: name, shop, direction, owner }]
      const rows = field.mapper.fields()
      return rows.map((row) => ({
        field: `${name}[].${row.field}`,
        shop: shop === null || row.shop === null ? null : `${shop}[].${row.shop}`,
        direction: field.direction === 'both' ? row.direction : direction,
        owner: field.direction === 'both' ? row.owner : owner,
      }))
    })
  }

  rule(flatName: string): FieldRule {
    const name = parseName(flatName)
    const field = this.#fields.get(name.field)
    if (field === undefined || field.kind === 'constant') return { direction: 'create-only', owner: 'shop' }
    if (field.kind === 'check') return { direction: 'check', owner: 'shop' }
    if (field.kind === 'scalar') return field
    if (name.inner === '' || field.direction !== 'both') return rowRule(field)
    return field.mapper.rule(name.inner)
  }

  toExternal(shop: Shop): Partial<External> {
    return this.#draft(shop, () => true)
  }

  draft(shop: Shop, names: readonly string[]): Partial<External> {
    const wanted = new Set(names.map((name) => parseName(name).field))
    return this.#draft(shop, (name, field) => wanted.has(name) && field.kind !== 'constant')
  }

  toShop(external: External, shop: Shop): Record<string, unknown> {
    return this.patch(external, shop, [...this.externalValues(external).keys()])
  }

  shopValues(shop: Shop, wanted = anyRule): Values {
    return this.#values(
      (field) => field.lens.get(shop),
      (field) => keyed(field.rows(shop), field.key),
      'shopValues',
      wanted,
    )
  }

  externalValues(external: Partial<External>, wanted = anyRule): Values {
    return this.#values(
      (field, name) => {
        const value = this.#at(external, name)
        return value === undefined && field.absent === 'null' ? null : value
      },
      (field, name) => keyed((this.#at(external, name) ?? []) as readonly unknown[], field.externalKey),
      'externalValues',
      wanted,
    )
  }

  expectedExternal(shop: Shop): Values {
    return this.#values(
      (field) => convert(field.converter, 'toExternal', field.lens.get(shop)),
      (field) => keyed(field.rows(shop), field.key),
      'expectedExternal',
      ({ direction }) => direction !== 'in',
    )
  }

  convertOut(flatName: string, shop: Json): Json {
    return this.#convert(flatName, 'toExternal', shop)
  }

  convertIn(flatName: string, external: Json): Json {
    return this.#convert(flatName, 'toShop', external)
  }

  sameExternal(flatName: string, a: Json | undefined, b: Json | undefined): boolean {
    if (isDeepStrictEqual(a, b)) return true
    if (a === undefined || b === undefined) return false
    const name = parseName(flatName)
    const field = this.#fields.get(name.field)
    if (field?.kind === 'list') return name.inner !== '' && field.mapper.sameExternal(name.inner, a, b)
    if (field?.kind !== 'scalar') return false
    return field.converter?.sameExternal?.(a, b) ?? false
  }

  patch(external: External, shop: Shop, names: readonly string[]): Record<string, unknown> {
    const patch: Record<string, unknown> = {}
    const rows = new Map<ListField<Shop>, Map<string, string[]>>()
    const values = this.externalValues(external)
    for (const flatName of names) {
      const name = parseName(flatName)
      const field = this.#fields.get(name.field)
      if (field?.kind === 'list' && field.direction === 'both' && name.row !== null && name.inner !== '') {
        const byKey = rows.get(field) ?? new Map<string, string[]>()
        byKey.set(name.row, [...(byKey.get(name.row) ?? []), name.inner])
        rows.set(field, byKey)
      }
      const value = values.get(flatName)
      if (field?.kind !== 'scalar' || !flowsIn(field) || value === undefined) continue
      const converted = convert(field.converter, 'toShop', value) as Json
      mergePatch(patch, (field.lens.set?.(converted, shop) ?? {}) as Record<string, unknown>)
    }
    for (const [field, byKey] of rows) this.#patchRows(patch, field, byKey, external, shop)
    return patch
  }

  mismatches(shop: Shop, external: External): readonly CheckMismatch[] {
    const found: CheckMismatch[] = []
    for (const [name, field] of this.#fields) {
      if (field.kind !== 'check') continue
      const expected = convert(field.converter, 'toExternal', field.get(shop)) as Json | undefined
      const actual = this.#at(external, name) as Json | undefined
      const same =
        isDeepStrictEqual(expected, actual) || (field.converter?.sameExternal?.(expected, actual) ?? false)
      if (!same) found.push({ field: name, shop: expected, external: actual })
    }
    return found
  }

  #at(external: unknown, name: string): unknown {
    return getPath(external, this.#steps.get(name) ?? [])
  }

  #draft(shop: Shop, wanted: (name: string, field: Field<Shop>) => boolean): Partial<External> {
    const draft: Record<string, unknown> = {}
    for (const [name, field] of this.#fields) {
      if (!wanted(name, field)) continue
      const value = draftValue(field, shop)
      if (value !== undefined) setPath(draft, this.#steps.get(name) ?? [], value)
    }
    return draft as Partial<External>
  }

  #patchRows(
    patch: Record<string, unknown>,
    field: ListField<Shop>,
    byKey: ReadonlyMap<string, readonly string[]>,
    external: External,
    shop: Shop,
  ): void {
    if (field.shop === null) return
    const name = [...this.#fields].find(([, candidate]) => candidate === field)?.[0] ?? ''
    const externalRows = keyed((this.#at(external, name) ?? []) as readonly unknown[], field.externalKey)
    const shopRows = keyed(field.rows(shop), field.key)
    for (const [key, names] of byKey) {
      const externalRow = externalRows.get(key)
      const shopRow = shopRows.get(key)
      if (externalRow === undefined || shopRow === undefined) continue
      mergePatch(patch, {
        [field.shop]: [{ id: key, ...field.mapper.patch(externalRow, shopRow, names) }],
      })
    }
  }

  #values(
    scalarValue: (field: ScalarField<Shop>, name: string) => unknown,
    rowsOf: (field: ListField<Shop>, name: string) => ReadonlyMap<string, unknown>,
    method: 'shopValues' | 'externalValues' | 'expectedExternal',
    wanted: (rule: FieldRule) => boolean,
  ): Values {
    const values = new Map<string, Json>()
    for (const [name, field] of this.#fields) {
      if (field.kind === 'scalar' && wanted(field)) {
        const value = scalarValue(field, name)
        if (value !== undefined) values.set(name, value as Json)
      }
      if (field.kind !== 'list') continue
      const isRowWanted = wanted(rowRule(field))
      if (!isRowWanted && field.direction !== 'both') continue
      for (const [key, row] of rowsOf(field, name)) {
        const place = `${name}[${key}]`
        if (isRowWanted) values.set(place, true)
        const rowValues = field.mapper[method](row as never, field.direction === 'both' ? wanted : anyRule)
        for (const [inner, value] of rowValues) values.set(`${place}.${inner}`, value)
      }
    }
    return values
  }

  #convert(flatName: string, way: 'toExternal' | 'toShop', value: Json): Json {
    const name = parseName(flatName)
    const field = this.#fields.get(name.field)
    if (field?.kind === 'list') {
      if (name.inner === '') return value
      return way === 'toShop'
        ? field.mapper.convertIn(name.inner, value)
        : field.mapper.convertOut(name.inner, value)
    }
    return field?.kind === 'scalar' ? (convert(field.converter, way, value) as Json) : value
  }
}

function draftValue<Shop>(field: Field<Shop>, shop: Shop): unknown {
  if (field.kind === 'check') return undefined
  if (field.kind === 'constant') return field.value
  if (field.kind === 'list') return field.rows(shop).map((row) => field.mapper.toExternal(row))
  return field.direction === 'in' ? undefined : convert(field.converter, 'toExternal', field.lens.get(shop))
}

function convert(
  converter: Converter<unknown, unknown> | null,
  way: 'toExternal' | 'toShop',
  value: unknown,
): unknown {
  if (value === undefined || converter === null) return value
  if (value === null && converter.nulls !== true) return null
  return way === 'toExternal' ? converter.toExternal(value) : converter.toShop?.(value)
}

function flowsIn<Shop>(field: ScalarField<Shop>): boolean {
  return field.direction === 'in' || field.direction === 'both'
}

/** Rows are made and removed by the shop. */
function rowRule<Shop>({ direction, owner }: ListField<Shop>): FieldRule {
  return { direction: direction === 'create-only' ? 'create-only' : 'out', owner }
}

function anyRule(this: void, _rule: FieldRule): boolean {
  return true
}

function keyed(
  rows: readonly unknown[],
  key: (row: unknown) => string | undefined,
): ReadonlyMap<string, unknown> {
  const byKey = new Map<string, unknown>()
  for (const row of rows) {
    const name = key(row)
    if (name !== undefined) byKey.set(name, row)
  }
  return byKey
}

// Called for every field of every order: no regular expression.
function parseName(flatName: string): FlatName {
  const open = flatName.indexOf('[')
  if (open < 0) return { field: flatName, row: null, inner: '' }
  let close = flatName.indexOf(']', open)
  // A key may hold a "]" of its own; the one that ends it is followed by a dot or by nothing.
  while (close >= 0 && close + 1 < flatName.length && flatName[close + 1] !== '.')
    close = flatName.indexOf(']', close + 1)
  if (close < 0) return { field: flatName, row: null, inner: '' }
  return {
    field: flatName.slice(0, open),
    row: flatName.slice(open + 1, close),
    inner: flatName.slice(close + 2),
  }
}

// FNV-1a over names and directions: short, stable across processes, no secret in it.
function fingerprint<Shop>(fields: ReadonlyMap<string, Field<Shop>>): string {
  const text = [...fields]
    .map(
      ([name, field]) =>
        `${name}:${field.kind}:${'direction' in field ? field.direction : ''}:${field.kind === 'list' ? field.mapper.version : ''}`,
    )
    .sort()
    .join(';')
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

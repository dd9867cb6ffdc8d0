import type { Converter } from './converter.ts'
import { ConfigError } from './errors.ts'
import type { Direction, Mapper, Owner } from './mapper.ts'
import { getPath, setPath, stepsOf, type Path, type PathValue } from './paths.ts'

/** Reads a value from a record and, where the field flows back, makes the patch that sets it. */
export interface Lens<Record_, Value> {
  readonly get: (record: Record_) => Value | undefined
  readonly set?: (value: NonNullable<Value> | null, record: Record_) => object
}

export interface FieldOptions {
  /** Who wins when both sides changed it. @default 'shop' for out and both, 'external' for in */
  readonly owner?: Owner
  /**
   * The external answer omits the field: 'unchanged' = it says nothing, 'null' = it is empty.
   * @default 'unchanged'
   */
  readonly absent?: 'unchanged' | 'null'
}

export interface ScalarField<Shop> {
  readonly kind: 'scalar'
  /** Path in the shop's record; null = computed. */
  readonly shop: string | null
  readonly direction: Exclude<Direction, 'check'>
  readonly owner: Owner
  readonly absent: 'unchanged' | 'null'
  readonly lens: Lens<Shop, unknown>
  readonly converter: Converter<unknown, unknown> | null
}

export interface ListField<Shop> {
  readonly kind: 'list'
  readonly direction: 'out' | 'both' | 'create-only'
  readonly owner: Owner
  /** Path of the rows in the shop's record and key of the patch that takes them back: "payments"; null = computed. */
  readonly shop: string | null
  readonly rows: (record: Shop) => readonly unknown[]
  readonly mapper: Mapper<unknown, unknown>
  readonly key: (row: unknown) => string
  readonly externalKey: (row: unknown) => string | undefined
}

export interface CheckField<Shop> {
  readonly kind: 'check'
  /** Path in the shop's record; null = computed. */
  readonly shop: string | null
  readonly get: (record: Shop) => unknown
  readonly converter: Converter<unknown, unknown> | null
}

export interface ConstantField {
  readonly kind: 'constant'
  readonly value: unknown
}

export type Field<Shop> = ScalarField<Shop> | ListField<Shop> | CheckField<Shop> | ConstantField

export interface ListOptions<Row, ExternalRow> {
  readonly key: (row: Row) => string
  /** Undefined = a row made on the external side: seen, never touched. */
  readonly externalKey: (row: ExternalRow) => string | undefined
  /** @default 'out' */
  readonly direction?: 'out' | 'both' | 'create-only'
  /** @default 'shop' */
  readonly owner?: Owner
}

type Get<Shop, Value> = (record: Shop) => Value | undefined
type AnyConverter<Value> = Converter<NonNullable<Value>, unknown>

interface FieldMaker<Shop> {
  <P extends Path<Shop>>(
    path: P,
    converter: AnyConverter<PathValue<Shop, P>>,
    options?: FieldOptions,
  ): Field<Shop>
  <P extends Path<Shop>>(path: P, options?: FieldOptions): Field<Shop>
  <Value>(
    source: Get<Shop, Value> | Lens<Shop, Value>,
    converter: AnyConverter<Value>,
    options?: FieldOptions,
  ): Field<Shop>
  <Value>(source: Get<Shop, Value> | Lens<Shop, Value>, options?: FieldOptions): Field<Shop>
}

/** The words of a mapper declaration. */
export interface FieldWords<Shop> {
  /** Shop → external. */
  readonly out: FieldMaker<Shop>
  /** External → shop. */
  readonly in: FieldMaker<Shop>
  /** Both ways, three-way merged. */
  readonly both: FieldMaker<Shop>
  /** Sent on creation, never again. */
  readonly createOnly: FieldMaker<Shop>
  /** Compared after every run and reported when different; never copied. */
  readonly check: <Value>(
    source: Path<Shop> | Get<Shop, Value>,
    converter?: AnyConverter<Value>,
  ) => Field<Shop>
  /** The same value on every creation. */
  readonly constant: (value: unknown) => Field<Shop>
  /** Rows matched by key. With direction 'both' the rows' own two-way fields flow back by the row's key as `id`. */
  readonly list: <Row, ExternalRow>(
    rows: Path<Shop> | ((record: Shop) => readonly Row[]),
    mapper: Mapper<Row, ExternalRow>,
    options: ListOptions<Row, ExternalRow>,
  ) => Field<Shop>
}

export function fieldWords<Shop>(): FieldWords<Shop> {
  return {
    out: scalar<Shop>('out'),
    in: scalar<Shop>('in'),
    both: scalar<Shop>('both'),
    createOnly: scalar<Shop>('create-only'),
    check: (source, converter) => ({
      kind: 'check',
      shop: pathOf(source),
      get: lensOf<Shop>(source).get,
      converter: (converter as Converter<unknown, unknown> | undefined) ?? null,
    }),
    constant: (value) => ({ kind: 'constant', value }),
    list: (rows, mapper, options) => {
      const lens = lensOf<Shop>(rows)
      return {
        kind: 'list',
        direction: options.direction ?? 'out',
        owner: options.owner ?? 'shop',
        shop: pathOf(rows),
        rows: (record) => (lens.get(record) ?? []) as readonly unknown[],
        mapper,
        key: options.key as (row: unknown) => string,
        externalKey: options.externalKey as (row: unknown) => string | undefined,
      }
    },
  }
}

function scalar<Shop>(direction: ScalarField<Shop>['direction']): FieldMaker<Shop> {
  return (source: unknown, second?: unknown, third?: unknown): Field<Shop> => {
    const converter = isConverter(second) ? second : null
    const options = ((converter === null ? second : third) ?? {}) as FieldOptions
    const lens = lensOf<Shop>(source)
    const flowsIn = direction === 'in' || direction === 'both'
    if (flowsIn && lens.set === undefined) {
      throw new ConfigError(
        'MAPPER_NOT_SETTABLE',
        `A field that flows in needs a path or a lens with "set", not a function`,
      )
    }
    if (flowsIn && converter !== null && converter.toShop === undefined) {
      throw new ConfigError(
        'MAPPER_ONE_WAY_CONVERTER',
        `A field that flows in needs a converter with "toShop"`,
      )
    }
    const owner = options.owner ?? (direction === 'in' ? 'external' : 'shop')
    const absent = options.absent ?? 'unchanged'
    return { kind: 'scalar', shop: pathOf(source), direction, owner, absent, lens, converter }
  }
}

function pathOf(source: unknown): string | null {
  return typeof source === 'string' ? source : null
}

function lensOf<Shop>(source: unknown): Lens<Shop, unknown> {
  if (typeof source === 'function') return { get: source as Get<Shop, unknown> }
  if (typeof source !== 'string') return source as Lens<Shop, unknown>
  const steps = stepsOf(source)
  return {
    get: (record) => getPath(record, steps),
    set: (value) => {
      const patch: Record<string, unknown> = {}
      setPath(patch, steps, value)
      return patch
    },
  }
}

function isConverter(value: unknown): value is Converter<unknown, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { toExternal?: unknown }).toExternal === 'function'
  )
}

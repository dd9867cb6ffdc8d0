/**
 * Translates one value both ways. null passes through unconverted and absent stays absent, unless `nulls` is true.
 * `toShop` is needed only where the field flows in. Throw ParkError for a value that a person must map first.
 */
export interface Converter<Shop, External> {
  readonly toExternal: (value: Shop) => External
  readonly toShop?: (value: External) => Shop
  /** true = the converter gets null itself. @default false */
  readonly nulls?: boolean
}

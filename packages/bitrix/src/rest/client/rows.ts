import { ConfigError } from '@mufta/kit'
import { badAnswer } from '../../errors.ts'
import { isObject, type JsonObject } from './answer.ts'
import { knownListMethod, type ListMethod } from './list-methods.ts'

/** A row with its id read out. */
export interface Row {
  readonly id: number
  readonly row: JsonObject
}

export interface RowOptions {
  readonly select?: readonly string[]
  /** Id as filter, order and select spell it; for methods the client does not know. */
  readonly idField?: string
  /** Key of the row array inside `result`; for methods the client does not know. */
  readonly resultKey?: string
  /** Further parameters: `{ entityTypeId: 2 }`. */
  readonly params?: JsonObject
}

/** How one list method is asked and read. */
export class RowReader {
  readonly method: string
  readonly idField: string
  readonly isPaged: boolean
  readonly #portal: string
  readonly #rowId: string
  readonly #rowsKey: string | undefined
  readonly #oneOf: string
  readonly #select: readonly string[] | undefined
  readonly #params: JsonObject

  constructor(method: string, options: RowOptions, portal: string) {
    const known = knownListMethod(method)
    this.method = method
    this.#portal = portal
    this.idField = options.idField ?? known?.id ?? guessIdField(method)
    this.isPaged = known?.paged ?? true
    this.#rowId = options.idField ?? known?.rowId ?? this.idField
    this.#rowsKey = options.resultKey ?? known?.rows
    this.#oneOf = known?.oneOf ?? '@'
    this.#select = options.select === undefined ? undefined : withFields(options.select, this.idField, known)
    this.#params = options.params ?? {}
    for (const name of ['filter', 'order', 'start', 'select']) {
      if (name in this.#params)
        throw new ConfigError('PORTAL_LIST', `list: give "${name}" as an option, not in params`)
    }
  }

  /** Parameters of one page; `start: -1` keeps the portal from counting. */
  params(filter: JsonObject, direction: 'ASC' | 'DESC' = 'ASC'): JsonObject {
    return { ...this.plainParams(filter), order: { [this.idField]: direction }, start: -1 }
  }

  /** For methods without pages. */
  plainParams(filter: JsonObject): JsonObject {
    return {
      ...this.#params,
      ...(this.#select === undefined ? {} : { select: this.#select }),
      ...(Object.keys(filter).length === 0 ? {} : { filter }),
    }
  }

  /** The method can be asked for many named ids at once. */
  get canName(): boolean {
    return this.#oneOf === '@'
  }

  oneOf(ids: readonly (string | number)[]): JsonObject {
    return { [`${this.#oneOf}${this.idField}`]: ids }
  }

  /** @throws PermanentError `PORTAL_ROWS` when the rows cannot be found: never an empty list by mistake */
  rows(result: unknown): readonly JsonObject[] {
    const rows = this.#rowArray(result)
    if (rows.every(isObject)) return rows
    throw badAnswer('PORTAL_ROWS', this.#portal, this.method, 'rows are not objects')
  }

  /** @throws PermanentError `PORTAL_ROWS` also when a row has no whole-number id */
  numbered(result: unknown): Row[] {
    return this.rows(result).map((row) => ({ id: this.#idOf(row), row }))
  }

  /** The id as text, for lookups whose ids need not be numbers. */
  idText(row: JsonObject): string {
    const id = row[this.#rowId]
    if (typeof id === 'string' || typeof id === 'number') return String(id)
    throw this.#noId()
  }

  filterIgnored(): Error {
    return badAnswer(
      'PORTAL_FILTER_IGNORED',
      this.#portal,
      this.method,
      `rows outside the asked ids came; it seems not to filter or sort by "${this.idField}"`,
    )
  }

  #rowArray(result: unknown): readonly unknown[] {
    if (this.#rowsKey === '') {
      if (Array.isArray(result)) return result
    } else if (this.#rowsKey !== undefined) {
      const rows = isObject(result) ? result[this.#rowsKey] : undefined
      if (Array.isArray(rows)) return rows
    } else {
      if (Array.isArray(result)) return result
      const arrays = isObject(result) ? Object.values(result).filter((value) => Array.isArray(value)) : []
      const [only] = arrays
      if (only !== undefined && arrays.length === 1) return only
    }
    const where = this.#rowsKey === undefined ? 'exactly one array' : `the array "${this.#rowsKey}"`
    throw badAnswer(
      'PORTAL_ROWS',
      this.#portal,
      this.method,
      `${where} is not in the answer; name it by resultKey`,
    )
  }

  #idOf(row: JsonObject): number {
    const raw = row[this.#rowId]
    const id = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw
    if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id
    throw this.#noId()
  }

  #noId(): Error {
    const what = `rows have no usable "${this.#rowId}"; name the id by idField`
    return badAnswer('PORTAL_ROWS', this.#portal, this.method, what)
  }
}

function withFields(
  select: readonly string[],
  idField: string,
  known: ListMethod | undefined,
): readonly string[] {
  if (select.length === 0 || select.includes('*')) return select.length === 0 ? [idField] : select
  return [...new Set([...select, idField, ...(known?.alsoSelect ?? [])])]
}

/** Controllers speak camelCase, old methods UPPER_SNAKE; a wrong guess is found at the first row. */
function guessIdField(method: string): string {
  return /^(?:sale|catalog|crm\.(?:item|type|category|orderentity))\b/i.test(method) ? 'id' : 'ID'
}

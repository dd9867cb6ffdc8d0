import type { Title } from '@mufta/kit'
import type { Built, Fault, PhpFile } from './built.ts'
import { isMark, isName, words } from './built.ts'
import type { PhpToken } from './php-tokens.ts'

/** Of PHP 8.2 to 8.4; the functions of the random and mb families are the ones that get used by habit. */
const LATER_FUNCTIONS: ReadonlySet<string> = new Set([
  'array_all',
  'array_any',
  'array_find',
  'array_find_key',
  'curl_upkeep',
  'fpow',
  'ini_parse_quantity',
  'json_validate',
  'mb_lcfirst',
  'mb_ltrim',
  'mb_rtrim',
  'mb_str_pad',
  'mb_trim',
  'mb_ucfirst',
  'memory_reset_peak_usage',
  'mysqli_execute_query',
  'openssl_cipher_key_length',
  'str_decrement',
  'str_increment',
])

/**
 * The module must run on PHP 8.1, while the tools at hand may be of a later one: grammar and functions that 8.1 does
 * not know. Seen are: readonly classes, true, false and null alone as types, types in brackets, typed constants,
 * constants of traits and constants by a computed name.
 */
export function floorRules({ php }: Built): readonly Fault[] {
  return php.flatMap((file) =>
    file.code.flatMap((token, at) => {
      const what = newer(file, token, at)
      return what === null
        ? []
        : [
            {
              rule: 'PHP_FLOOR',
              file: file.path,
              line: token.line,
              message: words(`${what.en}: PHP 8.1 cannot read it`, `${what.ru}: PHP 8.1 этого не поймёт`),
            },
          ]
    }),
  )
}

function newer({ code }: PhpFile, token: PhpToken, at: number): Title | null {
  if (isName(token, 'readonly') && isName(code[at + 1], 'class', 'final', 'abstract'))
    return words('a readonly class', 'класс readonly')
  if (isMark(token, '::') && isMark(code[at + 1], '{'))
    return words('a constant by a computed name', 'константа по вычисленному имени')
  if (isName(token, 'const') && !isName(code[at - 1], 'use')) {
    if (isTypedConstant(code, at)) return words('a constant with a type', 'константа с типом')
    if (isInTrait(code, at)) return words('a constant of a trait', 'константа трейта')
  }
  if (isName(token, 'function', 'fn') && !isMark(code[at - 1], '->')) {
    const type = typesOf(code, at).find(isLaterType)
    if (type !== undefined) return words(`the type "${type}"`, `тип «${type}»`)
  }
  const isCall = token.kind === 'name' && isMark(code[at + 1], '(')
  const before = code[at - 1]
  const isOwn =
    isMark(before, '->') || isMark(before, '?->') || isMark(before, '::') || isName(before, 'function')
  const word = token.text.toLowerCase().replace(/^\\/, '')
  return isCall && !isOwn && LATER_FUNCTIONS.has(word) ? words(`${word}()`, `${word}()`) : null
}

function isTypedConstant(code: readonly PhpToken[], at: number): boolean {
  const [first, second] = [code[at + 1], code[at + 2]]
  return isMark(first, '?') || (first?.kind === 'name' && (second?.kind === 'name' || isMark(second, '|')))
}

function isInTrait(code: readonly PhpToken[], at: number): boolean {
  const declared = code.slice(0, at).findLast((token) => isName(token, 'class', 'trait', 'interface', 'enum'))
  return isName(declared, 'trait')
}

/** Types of the parameters and of the result, as written without spaces. */
function typesOf(code: readonly PhpToken[], at: number): readonly string[] {
  const types: string[] = []
  let index = code.findIndex((token, place) => place > at && isMark(token, '('))
  let type = ''
  let depth = 0
  for (; index >= 0 && index < code.length; index++) {
    const token = code[index] as PhpToken
    if (isMark(token, '(') && ++depth === 1) continue
    if (isMark(token, ')') && --depth === 0) break
    if (token.kind === 'variable') types.push(type)
    const isBetween = token.kind === 'variable' || (depth === 1 && isMark(token, ','))
    const isModifier = isName(token, 'public', 'protected', 'private', 'readonly')
    type = isBetween ? '' : isModifier || isMark(token, '&') ? type : type + token.text
  }
  if (!isMark(code[index + 1], ':')) return types
  const end = code.findIndex(
    (token, place) => place > index && (isMark(token, '{') || isMark(token, ';') || isMark(token, '=>')),
  )
  const result = code.slice(index + 2, end < 0 ? undefined : end)
  return [...types, result.map(({ text }) => text).join('')]
}

function isLaterType(type: string): boolean {
  return /^\??(?:null|false)$|(?:^|[?|])true(?:$|\|)|^\([^()]*\)\||\|\(/i.test(type)
}

import type { Title } from '@mufta/kit'
import type { Built, Fault, PhpFile } from './built.ts'
import { isMark, isName, words } from './built.ts'
import type { PhpToken } from './php-tokens.ts'

/** Calls that have no place in a module that faces the internet, and why. */
const FORBIDDEN = new Map<string, readonly [rule: string, why: Title]>([
  ...forbidden('PHP_EVAL', words('runs text as code', 'исполняет текст как код'), 'eval', 'create_function'),
  ...forbidden('PHP_EVAL', words('may run text as code', 'может исполнить текст как код'), 'assert'),
  ...forbidden(
    'PHP_UNSERIALIZE',
    words('makes objects of foreign text', 'делает объекты из чужого текста'),
    'unserialize',
  ),
  ...forbidden(
    'PHP_EXTRACT',
    words('lets a request set any variable', 'даёт запросу задать любую переменную'),
    ...['extract', 'parse_str'],
  ),
  ...forbidden(
    'PHP_SHELL',
    words('starts programs', 'запускает программы'),
    ...['exec', 'shell_exec', 'system', 'passthru', 'popen', 'proc_open'],
  ),
  ...forbidden(
    'PHP_DUMP',
    words('shows what nobody should see', 'показывает то, чего никто не должен видеть'),
    ...['var_dump', 'print_r', 'phpinfo'],
  ),
  ...forbidden('PHP_WRITES_FILE', words('writes files', 'пишет файлы'), ...['file_put_contents', 'fwrite']),
  ...forbidden('PHP_WRITES_FILE', words('may write files', 'может писать файлы'), 'fopen'),
  ...forbidden('PHP_WRITES_FILE', words('makes folders', 'создаёт папки'), 'mkdir'),
  ...forbidden(
    'PHP_WRITES_FILE',
    words('copies files below the document root', 'копирует файлы в корень сайта'),
    'copydirfiles',
  ),
  ...forbidden(
    'PHP_WRITES_FILE',
    words('writes a log that the web can read', 'пишет журнал, доступный из сети'),
    'writetofile',
  ),
  ...forbidden(
    'PHP_NO_TLS_CHECK',
    words('trusts any server', 'верит любому серверу'),
    'disablesslverification',
  ),
])

function forbidden(rule: string, why: Title, ...calls: readonly string[]) {
  return calls.map((call) => [call, [rule, why]] as const)
}

const ESCAPERS = new Set([
  'htmlspecialcharsbx',
  'htmlspecialchars',
  'bitrix_sessid_post',
  'urlencode',
  'intval',
])
const SQL = /^\s*(?:SELECT\s|INSERT\s|UPDATE\s|DELETE\s|REPLACE\s|CREATE\s|ALTER\s|DROP\s|TRUNCATE\s)/i

/** Code that must not occur: dangerous calls, SQL made of parts, unescaped output, secrets, forms without sessid. */
export function dangerRules({ php }: Built): readonly Fault[] {
  return php.flatMap((file) =>
    file.path.startsWith('lang/')
      ? []
      : [
          ...callFaults(file),
          ...variableFaults(file),
          ...sqlFaults(file),
          ...echoFaults(file),
          ...formFaults(file),
        ],
  )
}

function callFaults({ path, code }: PhpFile): Fault[] {
  return code.flatMap((token, at) => {
    if (isMark(token, '`'))
      return [
        fault(
          'PHP_SHELL',
          path,
          token,
          words('starts programs (backticks)', 'запускает программы (обратные кавычки)'),
        ),
      ]
    const named = token.kind === 'string' ? token.text.toLowerCase() : ''
    const isOff = isMark(code[at + 1], '=>') && isName(code[at + 2], 'false')
    if (named === 'disablesslverification' && !isOff)
      return [
        fault(
          'PHP_NO_TLS_CHECK',
          path,
          token,
          words('switches the check of certificates off', 'отключает проверку сертификатов'),
        ),
      ]
    if (token.kind !== 'name' || !isMark(code[at + 1], '(')) return []
    const word = token.text.toLowerCase().replace(/^.*\\/, '')
    if ((word === 'die' || word === 'exit') && !isMark(code[at + 2], ')'))
      return [
        fault(
          'PHP_DIE',
          path,
          token,
          words(`${word}() with a text shows it to anyone`, `${word}() с текстом показывает его любому`),
        ),
      ]
    const isDeclared = isName(code[at - 1], 'function')
    const known = FORBIDDEN.get(word)
    if (known === undefined || isDeclared || isOwnMethod(code, at, word)) return []
    return [fault(known[0], path, token, words(`${word}() ${known[1].en}`, `${word}() ${known[1].ru}`))]
  })
}

/** "->exec(" of an object of ours is no exec; a few names are bad as methods too. */
function isOwnMethod(code: readonly PhpToken[], at: number, word: string): boolean {
  const before = code[at - 1]
  const isMethod = isMark(before, '->') || isMark(before, '?->') || isMark(before, '::')
  return isMethod && !['writetofile', 'disablesslverification'].includes(word)
}

function variableFaults({ path, code }: PhpFile): Fault[] {
  return code.flatMap((token) => {
    if (token.kind === 'variable' && /^\$_(REQUEST|GET|POST|COOKIE|FILES)$/.test(token.text))
      return [
        fault(
          'PHP_SUPERGLOBAL',
          path,
          token,
          words(`reads ${token.text} past the kernel's request`, `читает ${token.text} мимо запроса ядра`),
        ),
      ]
    if (token.kind === 'string' && /^(?:[0-9a-f]{32,}|[A-Za-z0-9+/]{43}=)$/i.test(token.text))
      return [
        fault(
          'PHP_SECRET',
          path,
          token,
          words('looks like a secret written into the code', 'похоже на секрет в коде'),
        ),
      ]
    return []
  })
}

/** A statement is one constant text; values go through placeholders or the kernel's helper. */
function sqlFaults({ path, code }: PhpFile): Fault[] {
  return code.flatMap((token, at) => {
    const isText = token.kind === 'string' || token.kind === 'template'
    if (!isText || !SQL.test(token.text)) return []
    const isJoined = [code[at + 1], code[at - 1]].some((next) => isMark(next, '.') || isMark(next, '.='))
    if (token.kind === 'string' && !(isJoined && touchesVariable(code, at))) return []
    return [
      fault(
        'PHP_SQL_BUILT',
        path,
        token,
        words('builds SQL out of parts; use placeholders', 'собирает SQL из частей: нужны подстановки'),
      ),
    ]
  })
}

function touchesVariable(code: readonly PhpToken[], at: number): boolean {
  for (let index = at + 1; isMark(code[index], '.') || isMark(code[index], '.='); index += 2) {
    if (code[index + 1]?.kind !== 'string') return true
  }
  return isMark(code[at - 1], '.') && code[at - 2]?.kind !== 'string'
}

/** `echo` and `<?=` begin with an escaper (or a constant text); a choice between constants is fine too. */
function echoFaults({ path, code }: PhpFile): Fault[] {
  return code.flatMap((token, at) => {
    const isEcho = isName(token, 'echo', 'print') || (token.kind === 'open' && token.text === '<?=')
    if (!isEcho) return []
    const first = code[at + 1]
    if (first?.kind === 'string' || first?.kind === 'number') return []
    const isCast = isMark(first, '(') && isName(code[at + 2], 'int', 'float') && isMark(code[at + 3], ')')
    if (isCast) return []
    if (first?.kind === 'name' && ESCAPERS.has(first.text.toLowerCase().replace(/^\\/, ''))) return []
    return [
      fault(
        'PHP_ECHO',
        path,
        token,
        words('prints something that was not escaped', 'выводит неэкранированное'),
      ),
    ]
  })
}

function formFaults({ path, source, code }: PhpFile): Fault[] {
  if (!/<form\b[^>]*\bmethod=["']post/i.test(source)) return []
  const calls = (name: string): boolean => code.some((token) => isName(token, name))
  const first = code[0] as PhpToken
  const faults: Fault[] = []
  if (!calls('bitrix_sessid_post'))
    faults.push(
      fault(
        'FORM_NO_SESSID',
        path,
        first,
        words('has a form without bitrix_sessid_post()', 'форма без bitrix_sessid_post()'),
      ),
    )
  if (path === 'options.php' && (!calls('check_bitrix_sessid') || !calls('getgroupright')))
    faults.push(
      fault(
        'FORM_UNCHECKED',
        path,
        first,
        words(
          'saves without check_bitrix_sessid() and a right',
          'сохраняет без check_bitrix_sessid() и проверки прав',
        ),
      ),
    )
  return faults
}

function fault(rule: string, file: string, { line }: PhpToken, message: Title): Fault {
  return { rule, file, line, message }
}

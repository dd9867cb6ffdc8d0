import { isUtf8 } from 'node:buffer'
import { PLACEHOLDER, rename, type ModuleNames } from '../module-names.ts'
import type { Built, Fault, PhpFile } from './built.ts'
import { isMark, isName, words } from './built.ts'

/** PSR-12's soft limit, hard here. */
const MAX_LINE = 120

/** How files are written: encoding, line ends, tags, strict types, lower case. */
export function fileRules({ files, php, names }: Built): readonly Fault[] {
  return [
    ...[...files].flatMap(([path, bytes]) => textFaults(path, bytes, names)),
    ...php.flatMap((file) => [...tagFaults(file), ...strictFaults(file)]),
  ]
}

function textFaults(path: string, bytes: Buffer, names: ModuleNames | null): Fault[] {
  if (!isUtf8(bytes))
    return [{ rule: 'FILE_NOT_UTF8', file: path, message: words('is not UTF-8', 'не в UTF-8') }]
  const faults: Fault[] = []
  const text = bytes.toString('utf8')
  if (text.startsWith('\uFEFF')) {
    faults.push({
      rule: 'FILE_BOM',
      file: path,
      line: 1,
      message: words('begins with a byte order mark', 'начинается с метки порядка байтов'),
    })
  }
  if (text.includes('\r')) {
    faults.push({
      rule: 'FILE_CR',
      file: path,
      message: words('has line ends other than LF', 'концы строк не LF'),
    })
  }
  if (path !== path.toLowerCase()) {
    faults.push({
      rule: 'FILE_CASE',
      file: path,
      message: words(
        'is not in lower case: older kernels do not find it',
        'имя не строчными: старые ядра его не найдут',
      ),
    })
  }
  // Measured as written: a long id must not make the module's own lines wrong.
  const written = names === null ? text : rename(text, names, PLACEHOLDER)
  const long = written.split('\n').findIndex((line) => Array.from(line).length > MAX_LINE)
  if (long >= 0 && path.endsWith('.php')) {
    const message = words(`is longer than ${MAX_LINE} letters`, `длиннее ${MAX_LINE} знаков`)
    faults.push({ rule: 'FILE_LONG_LINE', file: path, line: long + 1, message })
  }
  return faults
}

function tagFaults({ path, source, tokens }: PhpFile): Fault[] {
  const faults: Fault[] = []
  if (!source.startsWith('<?php')) {
    const message = words(
      'does not begin with <?php: what stands before it is sent to the browser',
      'начинается не с <?php: что стоит раньше, уйдёт в браузер',
    )
    faults.push({ rule: 'PHP_OUTPUT_BEFORE', file: path, line: 1, message })
  }
  const short = tokens.find(({ kind, text }) => kind === 'open' && text === '<?')
  if (short !== undefined) {
    faults.push({
      rule: 'PHP_SHORT_TAG',
      file: path,
      line: short.line,
      message: words('uses the short tag <?', 'короткий тег <?'),
    })
  }
  const last = tokens.findLast(({ kind, text }) => !(kind === 'html' && text.trim() === ''))
  if (last?.kind === 'close') {
    const message = words(
      'ends with ?>: a line end behind it breaks headers',
      'кончается на ?>: перевод строки за ним ломает заголовки',
    )
    faults.push({ rule: 'PHP_CLOSING_TAG', file: path, line: last.line, message })
  }
  return faults
}

function strictFaults({ path, code }: PhpFile): Fault[] {
  const at = code.findIndex((token) => isName(token, 'declare'))
  const isStrict = at >= 0 && isName(code[at + 2], 'strict_types') && code[at + 4]?.text === '1'
  if (path.startsWith('lib/') && !isStrict)
    return [
      {
        rule: 'PHP_NOT_STRICT',
        file: path,
        message: words('lacks declare(strict_types=1)', 'нет declare(strict_types=1)'),
      },
    ]
  if (path === 'install/index.php' && isStrict && isMark(code[at + 1], '(')) {
    const message = words(
      'must not be strict: the kernel calls it with loose types',
      'не должен быть строгим: ядро зовёт его с нестрогими типами',
    )
    return [{ rule: 'PHP_STRICT_INSTALLER', file: path, message }]
  }
  return []
}

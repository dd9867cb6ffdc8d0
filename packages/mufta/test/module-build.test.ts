import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { describeSettings, type Connector } from '@mufta/kit'
import retailcrm from '@mufta/connector-retailcrm'
import fc from 'fast-check'
import { buildModule } from '../src/bridge/build-module.ts'
import { readModule, writeFolder, type ModuleFiles } from '../src/bridge/module-files.ts'
import { namesOf, PLACEHOLDER, rename } from '../src/bridge/module-names.ts'
import { verifyText } from '../src/bridge/verify/verify-module.ts'
import { phpTokens } from '../src/bridge/verify/php-tokens.ts'
import { readZip, writeZip } from '../src/bridge/zip.ts'

const connector = retailcrm as unknown as Connector

function build(id: string, version?: string): ModuleFiles {
  return buildModule({ connector, id, ...(version === undefined ? {} : { version }) })
}

function text(files: ModuleFiles, path: string): string {
  return files.get(path)?.toString('utf8') ?? assert.fail(`${path} is missing`)
}

describe('a built module', () => {
  test('is the same to the byte when built again, as files and as a zip', () => {
    const [a, b] = [build('acme.crm'), build('acme.crm')]
    assert.deepEqual([...a], [...b])
    assert.ok(writeZip(a).equals(writeZip(new Map([...b].toReversed()))))
  })

  test('passes its own checks, whatever its id', () => {
    for (const id of ['acme.crm', 'a.b', 'retailcrm.orders', `vendor1.long_name_${'x'.repeat(20)}`]) {
      assert.deepEqual(verifyText(build(id), id).faults, [], id)
    }
  })

  test('shares no name with a module of another id', () => {
    const own = (id: string): Set<string> => {
      const { underscored, upper, namespace } = namesOf(id)
      const any = new RegExp(
        `\\b(?:${underscored}|${upper}|${namespace.replace('\\', '\\\\+')})[\\w\\\\]*`,
        'g',
      )
      return new Set([...build(id).values()].flatMap((content) => content.toString('utf8').match(any) ?? []))
    }
    const [a, b] = [own('acme.crm'), own('acme.crm2')]
    assert.ok(a.size > 50 && a.size === b.size, `${a.size} names`)
    assert.deepEqual(
      [...a].filter((name) => b.has(name)),
      [],
    )
  })

  test('declares tables, class, agent and handlers under its own name only', () => {
    const files = build('acme.crm')
    const tables = [
      ...text(files, 'install/db/mysql/install.sql').matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g),
    ]
    assert.ok(tables.length >= 4)
    assert.ok(tables.every(([, name]) => name?.startsWith('acme_crm_')))
    assert.match(text(files, 'install/index.php'), /class acme_crm extends CModule/)
    assert.match(text(files, 'lib/module.php'), /'\\Acme\\Crm\\Agent::run\(\);'/)
    assert.match(text(files, 'lib/subscriptions.php'), /'\\Acme\\Crm\\EventHandler'/)
    for (const content of files.values()) assert.doesNotMatch(content.toString('utf8'), /mufta[._:]bridge/i)
  })

  test('says what the connector declares: flows, settings with both languages, version, title', () => {
    const files = build('acme.crm', '2.5.1')
    assert.match(text(files, 'lib/flows.php'), /ENTITIES = \['order'\]/)
    const schema = JSON.parse(text(files, 'settings.schema.json')) as { fields: unknown }
    assert.deepEqual(schema.fields, JSON.parse(JSON.stringify(describeSettings(connector.settings))))
    assert.match(text(files, 'install/version.php'), /'VERSION' => '2\.5\.1'/)
    assert.match(text(files, 'lang/ru/install/index.php'), /RetailCRM/)
    for (const content of files.values()) assert.doesNotMatch(content.toString('utf8'), /#CONNECTOR_TITLE#/)
  })

  test('takes its date from outside when one is given', () => {
    const files = buildModule({ connector, dateEpoch: 1_772_359_200 })
    assert.match(text(files, 'install/version.php'), /'VERSION_DATE' => '2026-03-01 10:00:00'/)
  })

  test('a title cannot break out of the language file', () => {
    const title = { en: `O'Neill \\ "B" <b> $& \n`, ru: "Д'Арк\\" }
    const files = buildModule({ connector: { ...connector, title }, id: 'acme.crm' })
    assert.deepEqual(verifyText(files, null).faults, [])
    assert.match(text(files, 'lang/ru/install/index.php'), /Д Арк/)
  })

  test('a bad id or version is refused', () => {
    for (const id of ['acme', 'Acme.crm', 'acme.crm.x', 'a_b.c', '1a.b', `a.${'b'.repeat(60)}`]) {
      assert.throws(() => build(id), { code: 'BRIDGE_BAD_ID' }, id)
    }
    for (const version of ['0.0.0', '1.0', '1.0.0-beta', 'x']) {
      assert.throws(() => build('acme.crm', version), { code: 'BRIDGE_BAD_VERSION' }, version)
    }
  })
})

test('renaming there and back gives the same text', () => {
  const names = namesOf('acme.crm_orders')
  const source = 'Mufta\\Bridge \\Mufta\\\\Bridge mufta.bridge mufta:bridge mufta_bridge_x IX_MUFTA_BRIDGE_Y'
  assert.equal(
    rename(source, PLACEHOLDER, names),
    'Acme\\Crm_orders \\Acme\\\\Crm_orders acme.crm_orders acme:crm_orders acme_crm_orders_x IX_ACME_CRM_ORDERS_Y',
  )
  assert.equal(rename(rename(source, PLACEHOLDER, names), names, PLACEHOLDER), source)
})

describe('verify', () => {
  const good = build('acme.crm')
  const add = (path: string, code: string) => (files: Map<string, Buffer>) => {
    files.set(path, Buffer.concat([files.get(path) ?? Buffer.from(''), Buffer.from(code)]))
  }
  const swap = (path: string, from: string | RegExp, to: string) => (files: Map<string, Buffer>) => {
    const before = text(files, path)
    const after = before.replace(from, () => to)
    assert.notEqual(after, before, 'the change changed nothing')
    files.set(path, Buffer.from(after))
  }
  const lib = (code: string) =>
    add(
      'lib/extra.php',
      `<?php\n\ndeclare(strict_types=1);\n\nnamespace Acme\\Crm;\n\nfinal class Extra\n{\n    public function run($a): void\n    {\n        ${code}\n    }\n}\n`,
    )
  const cases: [rule: string, what: string, change: (files: Map<string, Buffer>) => void][] = [
    ['FILE_NOT_UTF8', 'cp1251', (files) => files.set('lang/ru/x.php', Buffer.from([0x3c, 0x3f, 0xcf, 0xf0]))],
    ['FILE_BOM', 'a byte order mark', swap('include.php', /^/, '\uFEFF')],
    ['FILE_CR', 'CRLF', swap('include.php', '\n', '\r\n')],
    ['FILE_CASE', 'upper case', add('lib/Extra2.php', '<?php\n')],
    ['FILE_LONG_LINE', 'a long line', add('include.php', `// ${'x'.repeat(120)}\n`)],
    ['FILE_MISSING', 'no settings', (files) => files.delete('.settings.php')],
    ['PHP_OUTPUT_BEFORE', 'a line before the tag', swap('include.php', /^/, '\n')],
    ['PHP_SHORT_TAG', 'a short tag', add('options.php', '<? $a ?>\n<b>')],
    ['PHP_CLOSING_TAG', 'a closing tag', add('include.php', '?>\n')],
    ['PHP_NOT_STRICT', 'loose types', swap('lib/outbox.php', 'declare(strict_types=1);', '')],
    [
      'PHP_STRICT_INSTALLER',
      'a strict installer',
      swap('install/index.php', '<?php', '<?php\ndeclare(strict_types=1);'),
    ],
    ['MODULE_ID', 'no id', swap('install/index.php', "$MODULE_ID = 'acme.crm'", "$MODULE_ID = 'acme'")],
    ['INSTALLER_CLASS', 'another class', swap('install/index.php', 'class acme_crm ', 'class acme_crn ')],
    ['VERSION', 'version zero', swap('install/version.php', /'VERSION' => '[^']+'/, "'VERSION' => '0.0.0'")],
    [
      'VERSION_DATE',
      'a wrong date',
      swap('install/version.php', /'VERSION_DATE' => '[^']+'/, "'VERSION_DATE' => '2026-15-01'"),
    ],
    [
      'CLASS_PLACE',
      'a class in another file',
      swap('lib/outbox.php', 'final class Outbox', 'final class Inbox'),
    ],
    [
      'CLASS_PLACE',
      'another namespace',
      swap('lib/outbox.php', 'namespace Acme\\Crm;', 'namespace Acme\\Other;'),
    ],
    [
      'CLASS_MISSING',
      'an event handler that is not there',
      swap('lib/subscriptions.php', '\\Acme\\Crm\\EventHandler', '\\Acme\\Crm\\Handler'),
    ],
    ['METHOD_MISSING', 'an agent that is not there', swap('lib/module.php', 'Agent::run();', 'Agent::go();')],
    ['SETTINGS_SCHEMA', 'no titles', swap('settings.schema.json', /"ru": "[^"]*"/, '"de": "x"')],
    [
      'LANG_MISSING',
      'a text in one language only',
      swap('lang/en/install/index.php', /\$MESS\['ACME_CRM_INSTALL_TITLE'\][^;]*;/, ''),
    ],
    [
      'LANG_UNUSED',
      'a text that nobody shows',
      add('lang/en/install/index.php', "$MESS['ACME_CRM_OLD'] = 'x';\n"),
    ],
    ['NAME_LEFT', 'a name of the template', add('include.php', '// mufta.bridge\n')],
    [
      'SQL_TABLE',
      'a table of another name',
      add('install/db/mysql/install.sql', 'CREATE TABLE b_mine (ID int);\n'),
    ],
    ['SQL_NAME_LONG', 'a long index', add('install/db/mysql/install.sql', `-- IX_${'X'.repeat(70)}\n`)],
    ['PHP_EVAL', 'eval', lib('eval($a);')],
    ['PHP_UNSERIALIZE', 'unserialize', lib('\\unserialize($a);')],
    ['PHP_EXTRACT', 'extract', lib('extract($a);')],
    ['PHP_FLOOR', 'a readonly class', swap('lib/answer.php', 'final class', 'final readonly class')],
    ['PHP_FLOOR', 'a result that is only false', lib('$f = static fn (): false => $a;')],
    [
      'PHP_FLOOR',
      'a parameter that may be true',
      lib('$f = static function (string|true $b = "") { return $b; };'),
    ],
    ['PHP_FLOOR', 'types in brackets', lib('$f = static fn ((\\A&\\B)|null $b): ?int => $b;')],
    ['PHP_FLOOR', 'a typed constant', swap('lib/outbox.php', 'const MAX_ATTEMPTS', 'const int MAX_ATTEMPTS')],
    [
      'PHP_FLOOR',
      'a constant of a trait',
      lib('}\n}\n\ntrait T\n{\n    public const A = 1;\n    public function t()\n    {'),
    ],
    ['PHP_FLOOR', 'a constant by a computed name', lib('$b = self::{$a};')],
    ['PHP_FLOOR', 'a function of 8.3', lib('return json_validate($a);')],
    ['PHP_SHELL', 'shell_exec', lib('shell_exec($a);')],
    ['PHP_SHELL', 'backticks', lib('$b = `ls $a`;')],
    ['PHP_DUMP', 'var_dump', lib('var_dump($a);')],
    ['PHP_DIE', 'die with a text', lib('die($a);')],
    ['PHP_WRITES_FILE', 'file_put_contents', lib("file_put_contents('x', $a);")],
    ['PHP_NO_TLS_CHECK', 'no check of certificates', lib("$b = ['disableSslVerification' => true];")],
    ['PHP_SUPERGLOBAL', '$_REQUEST', lib("$b = $_REQUEST['a'];")],
    ['PHP_SECRET', 'a secret', lib(`$b = '${'0123456789abcdef'.repeat(4)}';`)],
    [
      'PHP_SQL_BUILT',
      'a variable inside SQL',
      lib('Sql::rows("SELECT * FROM acme_crm_state WHERE NAME = \'$a\'");'),
    ],
    [
      'PHP_SQL_BUILT',
      'SQL put together',
      lib("Sql::rows('SELECT * FROM acme_crm_state WHERE NAME = ' . $a);"),
    ],
    ['PHP_ECHO', 'a raw echo', lib('echo $a;')],
    ['PHP_ECHO', 'a raw short echo', add('options.php', '<?= $a ?>\n<b>')],
    [
      'FORM_NO_SESSID',
      'a form without sessid',
      (files) => files.set('admin.php', Buffer.from('<?php\n?>\n<form method="post">\n')),
    ],
    [
      'FORM_UNCHECKED',
      'a page that saves unchecked',
      swap('options.php', /check_bitrix_sessid\(\)/g, 'true'),
    ],
  ]
  for (const [rule, what, change] of cases) {
    test(`finds ${what} (${rule})`, () => {
      const files = new Map(good)
      change(files)
      const { faults } = verifyText(files, null)
      const rules = faults.map((fault) => fault.rule)
      assert.ok(rules.includes(rule), rules.join(', '))
      for (const { message } of faults) {
        assert.ok(typeof message !== 'string')
        assert.match(message.ru, /[а-яё]{2}/i)
        assert.match(message.en, /[a-z]{2}/i)
        assert.doesNotMatch(message.en, /[а-яё]/i)
      }
    })
  }

  test('forbidden words in comments, texts and method names are no faults', () => {
    const files = new Map(good)
    lib(
      "// eval(1) $_GET\n        $b = 'unserialize() and $_REQUEST'; $a->exec($b); # `x`\n        /* die($a) */",
    )(files)
    assert.deepEqual(verifyText(files, null).faults, [])
  })

  test('what PHP 8.1 knows is no fault of a later grammar', () => {
    const files = new Map(good)
    const lines = [
      '$b = $a ? f() : true;',
      '$c = fn (int|false $x = null, ?bool $y = true): array|false => f(true, ($a));',
      '$a->json_validate(self::A);',
      'static fn (\\A&\\B $z): null|int => 1;',
    ]
    lib(lines.join('\n        '))(files)
    swap(
      'lib/answer.php',
      'private function __construct(public readonly',
      'private function __construct(protected readonly',
    )(files)
    assert.deepEqual(verifyText(files, null).faults, [])
  })

  test('a folder of another name than the id is a fault', () => {
    assert.deepEqual(verifyText(good, 'acme.crm').faults, [])
    assert.deepEqual(
      verifyText(good, 'acme.other').faults.map(({ rule }) => rule),
      ['MODULE_FOLDER'],
    )
  })

  test('reads the same from a folder and from a zip', (context) => {
    const folder = temporary(context)
    writeFolder(join(folder, 'acme.crm'), good, false)
    const inside = new Map([...good].map(([path, content]) => [`acme.crm/${path}`, content]))
    writeFileSync(join(folder, 'a.zip'), writeZip(inside))
    assert.deepEqual(readModule(join(folder, 'acme.crm')), readModule(join(folder, 'a.zip')))
    assert.throws(() => writeFolder(join(folder, 'acme.crm'), good, false), { code: 'BRIDGE_TARGET_EXISTS' })
  })
})

describe('the zip', () => {
  test('holds what was put in', () => {
    const names = fc.stringMatching(/^[a-zа-я]{1,8}(\/[a-z]{1,8}){0,2}$/)
    fc.assert(
      fc.property(fc.dictionary(names, fc.uint8Array({ maxLength: 50 })), (record) => {
        const files = new Map(Object.entries(record).map(([name, bytes]) => [name, Buffer.from(bytes)]))
        assert.deepEqual(new Map(readZip(writeZip(files))), files)
      }),
      { numRuns: 50 },
    )
  })

  test('of common tools is read too; a damaged, encrypted or escaping one is refused', () => {
    const files = new Map([['a/b.txt', Buffer.from('hello')]])
    const zip = writeZip(files)
    assert.deepEqual(readZip(readFileSync(new URL('./fixtures/deflated.zip', import.meta.url))), files)
    const damaged = Buffer.from(zip)
    damaged[38] = 0
    for (const bytes of [damaged, zip.subarray(10), Buffer.from(''), Buffer.from('PK')]) {
      assert.throws(() => readZip(bytes), { code: 'ZIP_INVALID' })
    }
    for (const name of ['../x', '/x', 'a/../../x', 'C:/x', 'a\\x']) {
      assert.throws(() => readZip(writeZip(new Map([[name, Buffer.from('')]]))), { code: 'ZIP_INVALID' })
    }
  })

  test('any bytes end in a typed refusal', () => {
    const zip = writeZip(new Map([['a', Buffer.from('hello')]]))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        (edits) => {
          const bytes = Buffer.from(zip)
          for (const [at, value] of edits) bytes[at % bytes.length] = value
          try {
            readZip(bytes)
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'ZIP_INVALID')
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('words inside comments and texts are no tokens of PHP, and lines only grow', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }), (pieces) => {
      const source = `<?php ${pieces.join(' ')}`
      const tokens = phpTokens(source)
      assert.ok(tokens.every(({ line }, at) => line >= (tokens[at - 1]?.line ?? 1)))
      for (const word of ['$a', 'foo\\Bar']) {
        const wanted = pieces.filter((piece) => piece === word).length
        assert.equal(tokens.filter((token) => token.text === word).length, wanted)
      }
    }),
    { numRuns: 200 },
  )
})

const PIECES = [
  "'x $a // ?'",
  '"y {$b} \\" $a"',
  '// c $a\n',
  '/* $a */',
  '$a',
  'foo\\Bar',
  '->',
  '12.5',
  '# $a\n',
  '{',
  '`ls`',
]

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-build-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { buildModule } from '../src/bridge/build-module.ts'
import { writeFolder } from '../src/bridge/module-files.ts'
import { loadConnector } from '../src/config/connectors.ts'
import { filesOf, inspectModule, languageKeys, lintPhp } from './bridge-helpers/inspect.ts'
import { MODULE_FOLDER, MODULE_ID, Site } from './bridge-helpers/site.ts'
import { hasTool, skipWithoutPhp } from './bridge-helpers/tools.ts'

/** What an installer cannot do without: the class is named after the module, and the kernel names its methods. */
const RULES = `<?xml version="1.0"?>
<ruleset name="bridge">
  <rule ref="PSR12"/>
  <rule ref="Generic.Files.LineLength">
    <properties><property name="lineLimit" value="120"/><property name="absoluteLineLimit" value="120"/></properties>
  </rule>
  ${[
    'PSR1.Files.SideEffects',
    'PSR1.Classes.ClassDeclaration',
    'Squiz.Classes.ValidClassName',
    'PSR1.Methods.CamelCapsMethodName',
  ]
    .map((rule) => `<rule ref="${rule}"><exclude-pattern>install/index\\.php</exclude-pattern></rule>`)
    .join('\n  ')}
</ruleset>`

describe('the bridge module as text', { skip: skipWithoutPhp() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-static-'))
  let site: Site
  before(async () => {
    site = await Site.make()
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await site[Symbol.asyncDispose]()
  })

  it('PHP reads every file without a complaint', () => {
    assert.equal(lintPhp(MODULE_FOLDER), '')
    const bad = join(folder, 'bad')
    const sayOf = (text: string): string => {
      mkdirSync(bad, { recursive: true })
      writeFileSync(join(bad, 'a.php'), text)
      return lintPhp(bad)
    }
    assert.match(sayOf('<?php class A { function a() {} function a() {} }'), /Cannot redeclare A::a/)
    assert.match(sayOf('<?php function b($a = 1, $b) {}'), /Deprecated.*parameter \$a/s)
    assert.match(sayOf('<?php if ('), /Parse error|syntax error/)
  })

  it(
    'it keeps PSR-12 with the four exclusions that an installer needs',
    { skip: !hasTool('phpcs') && process.env['CI'] === undefined && 'not installed here: phpcs' },
    () => {
      const ruleset = join(folder, 'ruleset.xml')
      writeFileSync(ruleset, RULES)
      const { stdout, status } = spawnSync(
        'phpcs',
        [`--standard=${ruleset}`, '--report=emacs', MODULE_FOLDER],
        {
          encoding: 'utf8',
        },
      )
      assert.equal(stdout, '')
      assert.equal(status, 0)
    },
  )

  it('form, names, symbols, SQL, output and forbidden calls are in order', () => {
    assert.deepEqual(inspectModule(site), [])
  })

  it('the inspection sees each fault it is meant to see', () => {
    const bad: Readonly<Record<string, string>> = {
      'lib/Big.php': '<?php\n\ndeclare(strict_types=1);\n\nnamespace Mufta\\Bridge;\n\nclass Big\n{\n}\n',
      'lib/sqls.php': `<?php\n\ndeclare(strict_types=1);\n\nnamespace Mufta\\Bridge;\n\nSql::run('DELETE FROM t WHERE ID = ' . $id);\nSql::run("UPDATE t SET A = $id");\n`,
      'lib/names.php': `<?php\n\nnamespace Mufta\\Bridge;\n\nuse Bitrix\\Main\\Nothing;\n\nnew Absent();\nSql::absent();\nno_such_function();\neval('1');\nunserialize('');\n$a = $_REQUEST;\nfile_put_contents('a', 'b');\ndie($a);\n$key = 'e7df88c70876da7f857825f8799e7e75029659465eaaaa70702374ca495aa75d';\n`,
      'page.php': '<?php\n?>\n<?= $name ?>\n<? echo 1; ?>\n',
      'crlf.php': '<?php\r\n',
    }
    for (const [path, text] of Object.entries(bad)) {
      mkdirSync(join(site.moduleFolder, dirname(path)), { recursive: true })
      writeFileSync(join(site.moduleFolder, path), text)
    }
    try {
      const rules = inspectModule(site).map(({ file, rule }) => `${file} ${rule}`)
      const expected = [
        ...['path-case', 'class-path'].map((rule) => `lib/Big.php ${rule}`),
        'lib/sqls.php sql-built',
        ...[
          'strict-types',
          'unknown-class',
          'unknown-method',
          'unknown-function',
          'forbidden',
          'file-write',
        ].map((rule) => `lib/names.php ${rule}`),
        ...['die-with-text', 'secret'].map((rule) => `lib/names.php ${rule}`),
        ...['close-tag', 'short-tag', 'echo-unescaped'].map((rule) => `page.php ${rule}`),
        'crlf.php crlf',
      ]
      for (const finding of expected)
        assert.ok(rules.includes(finding), `not seen: ${finding} in ${rules.join(', ')}`)
      assert.equal(rules.filter((rule) => rule === 'lib/sqls.php sql-built').length, 2)
      assert.equal(rules.filter((rule) => rule === 'lib/names.php unknown-class').length, 2)
    } finally {
      for (const path of Object.keys(bad)) rmSync(join(site.moduleFolder, path))
    }
  })

  it('the installer is one class named after the id, and making it touches nothing', async () => {
    const text = readFileSync(join(MODULE_FOLDER, 'install/index.php'), 'utf8')
    assert.deepEqual(text.match(/^(?:final |abstract )?class \w+.*$/gm), [
      'class mufta_bridge extends CModule',
    ])
    assert.match(MODULE_ID, /^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/)
    const version = readFileSync(join(MODULE_FOLDER, 'install/version.php'), 'utf8')
    assert.match(version, /'VERSION' => '\d+\.\d+\.\d+'/)
    assert.match(version, /'VERSION_DATE' => '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d'/)
    const seen = await site.eval<{ before: number; after: number; version: string; name: string }>(
      `$connection = \\Bitrix\\Main\\Application::getConnection();
       $before = $connection->countQueries();
       include_once $_SERVER['DOCUMENT_ROOT'] . '/local/modules/${MODULE_ID}/install/index.php';
       $module = new mufta_bridge();
       return ['before' => $before, 'after' => $connection->countQueries(), 'version' => $module->MODULE_VERSION, 'name' => $module->MODULE_NAME];`,
    )
    assert.equal(seen.after, seen.before)
    assert.match(seen.version, /^\d+\.\d+\.\d+$/)
    assert.notEqual(seen.name, '')
  })

  it('every handler exists, is public and static, and takes what its event gives', async () => {
    const everything = `<?php\n\nnamespace Mufta\\Bridge;\n\nfinal class Flows\n{\n    public const ENTITIES = ['order', 'product', 'price', 'stock', 'user'];\n}\n`
    const flows = join(site.moduleFolder, 'lib/flows.php')
    const before = readFileSync(flows)
    writeFileSync(flows, everything)
    try {
      const rows = await site.eval<Record<string, string | boolean>[]>(
        `\\Mufta\\Bridge\\Subscriptions::register();
         $seen = [];
         foreach (\\Bitrix\\Main\\Application::getConnection()->query("SELECT * FROM b_module_to_module WHERE TO_MODULE_ID = '${MODULE_ID}'")->fetchAll() as $row) {
             $method = new ReflectionMethod($row['TO_CLASS'], $row['TO_METHOD']);
             $first = (string)($method->getParameters()[0] ?? null)?->getType();
             $seen[] = ['event' => $row['MESSAGE_ID'], 'version' => $row['VERSION'], 'static' => $method->isStatic() && $method->isPublic(), 'first' => $first];
         }
         return $seen;`,
      )
      assert.ok(rows.length >= 20, `only ${rows.length} registrations`)
      for (const { event, version, static: isStatic, first } of rows) {
        assert.equal(isStatic, true, String(event))
        assert.equal(
          first === 'Bitrix\\Main\\Event',
          version === '2',
          `${String(event)} gets ${String(first)}`,
        )
      }
      // A legacy event passes raw arguments whatever the registration says.
      const legacy = rows.filter(({ event }) => /^On(After|StoreProduct)/.test(String(event)))
      assert.ok(legacy.length > 5)
      for (const { event, version } of legacy) assert.equal(version, '1', String(event))
    } finally {
      writeFileSync(flows, before)
      await site.eval(`\\Mufta\\Bridge\\Subscriptions::register(); return true;`)
    }
  })

  it('what proves a caller is compared in constant time, and nowhere else', () => {
    const lines = filesOf(MODULE_FOLDER, '.php').flatMap((file) =>
      readFileSync(join(MODULE_FOLDER, file), 'utf8')
        .split('\n')
        .map((line) => `${file}: ${line.trim()}`),
    )
    const compared = lines
      .filter((line) => /hash_equals\(/.test(line))
      .map((line) => line.replace(/^.*= /, ''))
    assert.deepEqual(compared, [
      'hash_equals($credentials->keyId, $request->keyId);',
      'hash_equals($expected, $request->signature);',
    ])
    const plain =
      /(?:->(?:signature|keyId|secret)|\$(?:expected|proof|signature))\s*[!=]==?(?! '')|[!=]==?\s*\$(?:expected|proof|signature|request->(?:signature|keyId))\b/
    assert.deepEqual(
      lines.filter((line) => plain.test(line)),
      [],
    )
  })

  it('a warning, notice or deprecation of PHP fails the test that caused it', async () => {
    for (const code of ['echo $absent;', 'trigger_error("x", E_USER_DEPRECATED);', '$a = []; $a["b"];']) {
      const noisy = await Site.make({ install: false })
      await noisy.run(`${code} return 1;`)
      await assert.rejects(noisy[Symbol.asyncDispose](), /PHP warned/, code)
    }
  })

  it('both languages have every text that is used, and no other', () => {
    const { used, ru, en } = languageKeys(MODULE_FOLDER)
    const missing = (from: ReadonlySet<string>, other: ReadonlySet<string>): string[] =>
      [...from].filter((key) => !other.has(key)).sort()
    const events = new Set(['MUFTA_BRIDGE_'])
    assert.deepEqual(missing(ru, en), [])
    assert.deepEqual(missing(en, ru), [])
    assert.deepEqual(
      missing(ru, used).filter((key) => !events.has(key)),
      [],
    )
    assert.ok(used.size > 40)
  })

  it('every form that changes something carries the session id', () => {
    const read = (file: string): string => readFileSync(join(MODULE_FOLDER, file), 'utf8')
    const changes = /method="post"|name="(un)?install"/
    const forms = filesOf(MODULE_FOLDER, '.php').filter(
      (file) => /<form/.test(read(file)) && changes.test(read(file)),
    )
    assert.deepEqual(forms, ['install/unstep1.php', 'options.php'])
    for (const file of forms) assert.match(read(file), /bitrix_sessid_post\(\)/, file)
  })

  it('the same input gives the same bytes, and two ids share no name', async () => {
    const connector = await loadConnector('retailcrm', folder)
    const build = (id: string) => buildModule({ connector, id, version: '1.2.3' })
    const first = build('acme.shop')
    assert.deepEqual([...build('acme.shop')], [...first])
    const other = build('zeta.tube')
    const text = (files: typeof first): string =>
      [...files].map(([path, bytes]) => `${path}\n${bytes.toString()}`).join('\n')
    for (const name of [
      'zeta',
      'Zeta',
      'ZETA',
      'mufta.bridge',
      'mufta_bridge',
      'MUFTA_BRIDGE',
      'Mufta\\Bridge',
    ])
      assert.ok(!text(first).includes(name), `${name} is in the module of acme.shop`)
    assert.ok(!/acme/i.test(text(other)))
    writeFolder(join(folder, 'acme.shop'), first, false)
    assert.equal(lintPhp(join(folder, 'acme.shop')), '')
  })
})

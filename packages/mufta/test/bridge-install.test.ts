import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { buildModule } from '../src/bridge/build-module.ts'
import { writeFolder } from '../src/bridge/module-files.ts'
import { loadConnector } from '../src/config/connectors.ts'
import { AdminBrowser } from './bridge-helpers/admin.ts'
import { sqlModes } from './bridge-helpers/modes.ts'
import { MODULE_ID, Site } from './bridge-helpers/site.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

/** Everything an installation leaves, by kind. */
interface Traces {
  readonly modules: number
  readonly tables: readonly string[]
  readonly events: readonly string[]
  readonly agents: readonly string[]
  readonly options: readonly string[]
}

const TRACES = `
$traces = static function (string $id = '${MODULE_ID}'): array {
    $connection = \\Bitrix\\Main\\Application::getConnection();
    $column = static fn (string $sql): array => array_map(static fn (array $row) => (string)reset($row), $connection->query($sql)->fetchAll());
    $prefix = str_replace('.', '\\\\_', $id) . '\\\\_%';
    return [
        'modules' => (int)$connection->queryScalar("SELECT COUNT(*) FROM b_module WHERE ID = '$id'"),
        'tables' => $column("SHOW TABLES LIKE '$prefix'"),
        'events' => $column("SELECT MESSAGE_ID FROM b_module_to_module WHERE TO_MODULE_ID = '$id' ORDER BY MESSAGE_ID"),
        'agents' => $column("SELECT NAME FROM b_agent WHERE MODULE_ID = '$id'"),
        'options' => $column("SELECT NAME FROM b_option WHERE MODULE_ID = '$id' ORDER BY NAME"),
    ];
};`

const NOTHING: Traces = { modules: 0, tables: [], events: [], agents: [], options: [] }

function traces(site: Site): Promise<Traces> {
  return site.eval<Traces>(`${TRACES} return $traces('${site.id}');`)
}

for (const { name, sqlMode } of sqlModes) {
  describe(`installation of the bridge ${name}`, { skip: skipWithoutPhp() }, () => {
    it('leaves tables, events and one agent, once, however often it is pressed', async () => {
      await using site = await Site.make({ sqlMode })
      const first = await traces(site)
      assert.equal(first.modules, 1)
      assert.ok(first.options.includes('frequency') && first.options.includes('mode'))
      assert.ok(first.tables.includes('mufta_bridge_outbox') && first.tables.length >= 3)
      assert.ok(first.events.includes('OnSaleOrderSaved') && first.events.length >= 5)
      assert.deepEqual(first.agents, ['\\Mufta\\Bridge\\Agent::run();'])
      const indexes = await site.rows("SHOW INDEX FROM mufta_bridge_outbox WHERE Key_name <> 'PRIMARY'")
      assert.ok(indexes.length >= 3)
      await site.place()
      await site.install()
      assert.deepEqual(await traces(site), first)
      assert.equal((await site.rows('SELECT ID FROM mufta_bridge_outbox')).length, 1)
    })

    it('an uninstallation leaves nothing, or the tables when asked, and can be followed by an installation', async () => {
      await using site = await Site.make({ sqlMode })
      const installed = await traces(site)
      await site.place()
      const remove = (post: Record<string, string>) =>
        site.eval(`return CModule::CreateModuleObject('${MODULE_ID}')->DoUninstall() !== false;`, {
          get: { step: '2', ...post },
        })
      assert.equal(await remove({ savedata: 'Y' }), true)
      const kept = await traces(site)
      assert.deepEqual({ ...kept, options: [] }, { ...NOTHING, tables: installed.tables })
      await site.install()
      assert.equal((await site.rows('SELECT ID FROM mufta_bridge_outbox')).length, 1)
      assert.equal(await remove({}), true)
      assert.deepEqual(await traces(site), NOTHING)
      await site.install()
      assert.deepEqual(await traces(site), installed)
    })

    it('a failure at any step undoes what was done and says so', async () => {
      await using site = await Site.make({ sqlMode, install: false })
      const seen = await site.eval<{
        failed: { step: string; result: unknown; text: string | null; left: Traces }[]
        last: unknown
        after: Traces
      }>(
        `${TRACES}
         $module = CModule::CreateModuleObject('${MODULE_ID}');
         $failed = [];
         for ($step = 1; $step < 60; $step++) {
             $APPLICATION = $GLOBALS['APPLICATION'];
             $APPLICATION->ResetException();
             $from = count(Shim::passed());
             Shim::setOption('fail_at', $from + $step);
             $result = $module->DoInstall();
             if ($result !== false) { break; }
             $text = $APPLICATION->GetException();
             $failed[] = ['step' => Shim::passed()[$from + $step - 1], 'result' => $result, 'text' => $text ? $text->GetString() : null, 'left' => $traces()];
         }
         return ['failed' => $failed, 'last' => $result, 'after' => $traces()];`,
      )
      const steps = seen.failed.map(({ step }) => step)
      for (const part of ['sql CREATE', 'registerModule', 'registerEventHandler', 'AddAgent'])
        assert.ok(
          steps.some((step) => step.startsWith(part)),
          `no failure in ${part}: ${steps.join(', ')}`,
        )
      for (const { step, result, text, left } of seen.failed) {
        assert.equal(result, false, step)
        assert.ok(text !== null && text.length > 10 && !/CREATE|INSERT|\.php/.test(text), `${step}: ${text}`)
        assert.deepEqual(left, NOTHING, step)
      }
      assert.equal(seen.after.modules, 1)
    })
  })
}

describe('installation of the bridge', { skip: skipWithoutPhp() }, () => {
  it('refuses a site without sale, without a crypto_key or with an old kernel, with a reason', async () => {
    await using site = await Site.make({ install: false, cryptoKey: null })
    await assert.rejects(site.install(), /crypto_key/)
    site.configure({ cryptoKey: 'k'.repeat(32), shim: { main_version: '22.900.0' } })
    await assert.rejects(site.install(), /23\.0/)
    site.configure({ shim: { main_version: null } })
    await site.eval(
      `\\Bitrix\\Main\\Application::getConnection()->queryExecute("DELETE FROM b_module WHERE ID = 'sale'"); return 1;`,
    )
    await assert.rejects(site.install(), /was not installed: (?!failed).{10}/)
    assert.deepEqual(await traces(site), NOTHING)
  })

  it('the pages of the admin install and remove it, asking first whether data stays', async () => {
    await using site = await Site.make({ install: false })
    const { url } = await site.serve(1)
    const admin = new AdminBrowser(url, 'admin')
    assert.equal((await new AdminBrowser(url, 'reader').module('install', MODULE_ID)).status, 403)
    assert.equal((await traces(site)).modules, 0)
    const done = await admin.module('install', MODULE_ID)
    assert.equal(done.status, 200)
    assert.match(done.text, /<h1>[^<]+<\/h1>[^]*settings\.php/)
    assert.equal((await traces(site)).modules, 1)
    const asked = await admin.module('uninstall', MODULE_ID)
    assert.match(asked.text, /name="savedata"/)
    assert.match(asked.text, new RegExp(`name="sessid"[^>]*value="${admin.sessid}"`))
    assert.equal((await traces(site)).modules, 1)
    const gone = await admin.module('uninstall', MODULE_ID, { step: '2' })
    assert.equal(gone.status, 200)
    assert.deepEqual(await traces(site), NOTHING)
  })

  it('an update of the files keeps rows and mends events and the agent', async () => {
    await using site = await Site.make()
    await site.place()
    const before = await traces(site)
    const file = join(site.moduleFolder, 'install/version.php')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/'VERSION' => '[^']+'/, "'VERSION' => '9.9.9'"))
    // As a version before this one may have left it.
    await site.eval(
      `\\Bitrix\\Main\\Application::getConnection()->queryExecute("DELETE FROM b_module_to_module WHERE MESSAGE_ID = 'OnSaleOrderPaid'");
       return \\Mufta\\Bridge\\Agent::run();`,
    )
    assert.deepEqual(await traces(site), before)
    assert.equal((await site.rows('SELECT ID FROM mufta_bridge_outbox')).length, 1)
  })

  it('an update from a version with fewer columns adds them once and keeps the rows', async () => {
    await using site = await Site.make()
    const [id = ''] = await site.place()
    // The tables as a version before this one made them, and this one's list of what came later.
    await site.rows('ALTER TABLE mufta_bridge_outbox DROP COLUMN LAST_ERROR, DROP COLUMN DELETED')
    const file = join(site.moduleFolder, 'lib/upgrade.php')
    const columns = [
      ['DELETED', "char(1) NOT NULL DEFAULT \\'N\\' AFTER VERSION"],
      ['LAST_ERROR', 'varchar(120) NULL'],
    ].map(
      ([name, type]) =>
        `['mufta_bridge_outbox', '${name}', 'ALTER TABLE mufta_bridge_outbox ADD COLUMN ${name} ${type}']`,
    )
    const text = readFileSync(file, 'utf8')
    assert.ok(text.includes('const COLUMNS = [];'))
    writeFileSync(file, text.replace('const COLUMNS = [];', `const COLUMNS = [${columns.join(', ')}];`))
    const version = join(site.moduleFolder, 'install/version.php')
    writeFileSync(
      version,
      readFileSync(version, 'utf8').replace(/'VERSION' => '[^']+'/, "'VERSION' => '9.9.9'"),
    )
    const update = `\\Mufta\\Bridge\\Upgrade::ifNeeded(); return \\Mufta\\Bridge\\State::get('module_version');`

    const versions = await Promise.all([site.eval(update), site.eval(update), site.eval(update)])

    assert.deepEqual(versions, ['9.9.9', '9.9.9', '9.9.9'])
    const described = await site.rows('SHOW COLUMNS FROM mufta_bridge_outbox')
    const names = described.map((row) => row['Field'])
    assert.deepEqual([names.indexOf('DELETED'), names.includes('LAST_ERROR')], [5, true])
    // The row of before is claimed, refused and stored with its error: the new columns work.
    const seen = await site.eval<{ rows: { entityId: string }[]; failed: number }>(
      `use Mufta\\Bridge\\Outbox;
       ['token' => $token, 'rows' => $rows] = Outbox::claim(10, 60);
       return ['rows' => $rows, 'failed' => Outbox::fail($token, array_column($rows, 'id'), 'HTTP_500')];`,
    )
    assert.deepEqual([seen.rows.map(({ entityId }) => entityId), seen.failed], [[id], 1])
    assert.deepEqual(await site.rows('SELECT DELETED, LAST_ERROR FROM mufta_bridge_outbox'), [
      { DELETED: 'N', LAST_ERROR: 'HTTP_500' },
    ])
    assert.deepEqual(await site.rows('SELECT ITEM_ID FROM b_event_log'), [])
  })

  it('nothing is written below the document root by installing, saving orders and the agent', async () => {
    await using site = await Site.make({ install: false })
    const list = (): Promise<string[]> =>
      site.eval(
        `$all = [];
         foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($_SERVER['DOCUMENT_ROOT'], FilesystemIterator::SKIP_DOTS)) as $file) { $all[] = $file->getPathname() . ' ' . $file->getSize(); }
         sort($all);
         return $all;`,
      )
    const before = await list()
    await site.install()
    await site.place()
    await site.eval(`return \\Mufta\\Bridge\\Agent::run();`)
    assert.deepEqual(await list(), before)
  })

  it('two connectors live side by side: each hears, and removing one leaves the other', async () => {
    await using site = await Site.make()
    const connector = await loadConnector('retailcrm', site.root)
    const folder = join(site.root, 'local/modules/acme.crm')
    writeFolder(folder, buildModule({ connector, id: 'acme.crm', version: '1.0.0' }), false)
    const both = await site.eval<{ result: boolean; acme: Traces }>(
      `${TRACES}
       $result = CModule::CreateModuleObject('acme.crm')->DoInstall() !== false;
       ShimOrders::place();
       return ['result' => $result, 'acme' => $traces('acme.crm')];`,
    )
    assert.equal(both.result, true)
    assert.deepEqual(both.acme.agents, ['\\Acme\\Crm\\Agent::run();'])
    const rows = await site.rows(
      'SELECT (SELECT COUNT(*) FROM acme_crm_outbox) AS A, (SELECT COUNT(*) FROM mufta_bridge_outbox) AS B',
    )
    assert.deepEqual(rows, [{ A: '1', B: '1' }])
    await site.eval(`return CModule::CreateModuleObject('acme.crm')->DoUninstall() !== false;`, {
      get: { step: '2' },
    })
    assert.deepEqual(await site.eval(`${TRACES} return $traces('acme.crm');`), NOTHING)
    assert.equal((await traces(site)).modules, 1)
  })
})

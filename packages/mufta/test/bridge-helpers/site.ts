import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { databaseServer } from './database.ts'
import { servePhp, type PhpServer } from './php-server.ts'

/** Folder of the module's source and its id as the source spells it. */
export const MODULE_FOLDER = fileURLToPath(new URL('../../bridge/module', import.meta.url))
export const MODULE_ID = 'mufta.bridge'
const SHIM = fileURLToPath(new URL('../../bridge/shim', import.meta.url))

export interface SiteOptions {
  /** @default MODULE_FOLDER */
  readonly module?: string
  /** @default MODULE_ID */
  readonly id?: string
  /** "" as the vendor's check wants it, or a strict mode. @default '' */
  readonly sqlMode?: string
  /** null = the site has no key. */
  readonly cryptoKey?: string | null
  /** More switches of the stand-in kernel: see shim/README.md. */
  readonly shim?: Readonly<Record<string, unknown>>
  /** What the connector's flows hear of, as the builder would write it. @default what the source says */
  readonly entities?: readonly string[]
  /** false = the files lie there, the module is not installed. @default true */
  readonly install?: boolean
}

export interface PhpRun {
  /** What the script returned, or undefined where it did not come so far. */
  readonly result: unknown
  readonly output: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunOptions {
  readonly shim?: Readonly<Record<string, unknown>>
  /** Query or form fields the script sees. */
  readonly get?: Readonly<Record<string, string>>
  readonly post?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A site of the stand-in kernel in a temporary folder, with a database of its own. */
export class Site implements AsyncDisposable {
  readonly id: string
  readonly root: string
  readonly database: string
  readonly socket: string
  readonly #folder: string
  readonly #drop: () => void
  readonly #servers = new Set<PhpServer>()
  #settings: SiteOptions
  #scripts = 0

  private constructor(
    folder: string,
    options: SiteOptions,
    socket: string,
    database: string,
    drop: () => void,
  ) {
    this.#folder = folder
    this.#settings = options
    this.#drop = drop
    this.id = options.id ?? MODULE_ID
    this.root = join(folder, 'www')
    this.socket = socket
    this.database = database
  }

  static async make(options: SiteOptions = {}): Promise<Site> {
    const server = await databaseServer()
    const name = server.create()
    const folder = mkdtempSync(join(tmpdir(), 'mufta-site-'))
    const site = new Site(folder, options, server.socket, name, () => server.drop(name))
    site.#layOut(options.module ?? MODULE_FOLDER)
    site.configure({})
    if (options.install !== false) await site.install()
    return site
  }

  /** The module's folder inside the site. */
  get moduleFolder(): string {
    return join(this.root, 'local/modules', this.id)
  }

  get warningLog(): string {
    return join(this.#folder, 'warnings.log')
  }

  /** Changes switches of the site's .settings.php. */
  configure(more: SiteOptions): void {
    this.#settings = { ...this.#settings, ...more, shim: { ...this.#settings.shim, ...more.shim } }
    const { cryptoKey = 'k'.repeat(32), sqlMode = '', shim = {} } = this.#settings
    const connection = { login: 'root', password: '', database: this.database, socket: this.socket }
    const values = {
      connections: { value: { default: connection }, readonly: true },
      ...(cryptoKey === null ? {} : { crypto: { value: { crypto_key: cryptoKey }, readonly: true } }),
      shim: { value: { sql_mode: sqlMode, warning_log: this.warningLog, ...shim } },
    }
    const text = Buffer.from(JSON.stringify(values)).toString('base64')
    writeFileSync(
      join(this.root, 'bitrix/.settings.php'),
      `<?php return json_decode(base64_decode('${text}'), true);`,
    )
  }

  async install(): Promise<void> {
    const done = await this.run(
      `$module = CModule::CreateModuleObject('${this.id}');
       $isGood = $module->DoInstall() !== false;
       $error = $GLOBALS['APPLICATION']->GetException();
       return $isGood ? 'ok' : ($error ? $error->GetString() : 'failed');`,
    )
    if (done.result !== 'ok')
      throw new Error(`the module was not installed: ${String(done.result)} ${done.output}`)
  }

  /**
   * Runs PHP code on the command line inside the kernel; `return` gives JSON back. The module is included when it is
   * installed. Code may begin with `use` lines.
   */
  async run(code: string, options: RunOptions = {}): Promise<PhpRun> {
    const file = join(this.#folder, `script-${++this.#scripts}.php`)
    writeFileSync(file, this.#script(code, options))
    const child = spawn('php', [...PHP_OPTIONS, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...pick(options.signal),
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    const { code: exit, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
      (resolve, reject) => {
        child.once('error', reject)
        child.once('close', (code, signal) => resolve({ code, signal }))
      },
    )
    const [before = '', json] = output.split('\u001eRESULT')
    return { result: json === undefined ? undefined : JSON.parse(json), output: before, code: exit, signal }
  }

  /** As `run`, but the script must come to its end. */
  async eval<T = unknown>(code: string, options: RunOptions = {}): Promise<T> {
    const done = await this.run(code, options)
    if (done.result === undefined) throw new Error(`the script ended early (${done.code}): ${done.output}`)
    return done.result as T
  }

  /** Rows of a statement; values are text or null. Asks a running server where there is one: that is quicker. */
  async rows(sql: string): Promise<Record<string, string | null>[]> {
    const over = await this.#knock({ sql })
    if (over !== undefined) return over as Record<string, string | null>[]
    return await this.eval(
      `$rows = [];
       $answer = \\Bitrix\\Main\\Application::getConnection()->query(${phpValue(sql)});
       while (($row = $answer->fetchRaw()) !== false) { $rows[] = $row; }
       return $rows;`,
    )
  }

  /** Places `count` sample orders and returns their ids. */
  async place(count = 1, order: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
    const over = await this.#knock({ place: count, order })
    if (over !== undefined) return over as string[]
    return await this.eval(
      `$ids = [];
       for ($i = 0; $i < ${count}; $i++) { $ids[] = (string)ShimOrders::place(${phpValue(order)}); }
       return $ids;`,
    )
  }

  async serve(workers = 4, port = 0): Promise<PhpServer> {
    const server = await servePhp(this.root, workers, PHP_OPTIONS, port)
    this.#servers.add(server)
    return server
  }

  /** PHP warnings, notices and deprecations so far, a line each. */
  warnings(): readonly string[] {
    if (!existsSync(this.warningLog)) return []
    return readFileSync(this.warningLog, 'utf8').split('\n').filter(Boolean)
  }

  /** Fails when PHP had anything to say. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.close()
    const warnings = this.warnings()
    this.#drop()
    rmSync(this.#folder, { recursive: true, force: true })
    if (warnings.length > 0) throw new Error(`PHP warned:\n${warnings.slice(0, 10).join('\n')}`)
  }

  #layOut(module: string): void {
    const pages: Readonly<Record<string, string>> = {
      'bitrix/services/main/ajax.php': 'ajax.php',
      'bitrix/admin/partner_modules.php': 'partner_modules.php',
      'bitrix/admin/settings.php': 'settings.php',
      'bitrix/modules/main/admin/group_rights.php': 'group_rights.php',
      'index.php': 'page.php',
      'checkout.php': 'checkout.php',
      'door.php': 'door.php',
    }
    for (const [to, from] of Object.entries(pages)) {
      mkdirSync(join(this.root, to, '..'), { recursive: true })
      cpSync(join(SHIM, 'site', from), join(this.root, to))
    }
    mkdirSync(join(this.root, 'bitrix/modules/main/include'), { recursive: true })
    writeFileSync(
      join(this.root, 'bitrix/modules/main/include/prolog_before.php'),
      `<?php require_once '${SHIM}/bootstrap.php';\n`,
    )
    cpSync(module, this.moduleFolder, { recursive: true })
    const { entities } = this.#settings
    if (entities !== undefined) this.#writeFlows(entities)
  }

  /** Asks through the door of a running server; undefined where none runs. */
  async #knock(asked: Readonly<Record<string, unknown>>): Promise<unknown> {
    const server = [...this.#servers].find((each) => each.isRunning())
    if (server === undefined) return undefined
    const response = await fetch(`${server.url}/door.php`, { method: 'POST', body: JSON.stringify(asked) })
    const text = await response.text()
    if (!response.ok || !text.startsWith('[')) throw new Error(`the site failed: ${text}`)
    return JSON.parse(text)
  }

  #writeFlows(entities: readonly string[]): void {
    const list = entities.map((entity) => `'${entity}'`).join(', ')
    writeFileSync(
      join(this.moduleFolder, 'lib/flows.php'),
      `<?php\n\nnamespace Mufta\\Bridge;\n\nfinal class Flows\n{\n    public const ENTITIES = [${list}];\n}\n`,
    )
  }

  #script(code: string, options: RunOptions): string {
    const lines = code.trim().split('\n')
    const isUse = (line: string): boolean => /^\s*use [A-Z\\]/.test(line)
    const uses = lines.filter(isUse).join('\n')
    const body = lines.filter((line) => !isUse(line)).join('\n')
    return `<?php
${uses}
$_SERVER['DOCUMENT_ROOT'] = '${this.root}';
$_GET = ${phpValue(options.get ?? {})};
$_POST = ${phpValue(options.post ?? {})};
$_REQUEST = $_GET + $_POST;
require '${SHIM}/bootstrap.php';
foreach (${phpValue(options.shim ?? {})} as $name => $value) { Shim::setOption($name, $value); }
if (\\Bitrix\\Main\\ModuleManager::isModuleInstalled('${this.id}')) { \\Bitrix\\Main\\Loader::includeModule('${this.id}'); }
$result = (static function () {
${body}
})();
\\Bitrix\\Main\\Application::getInstance()->runBackgroundJobs();
echo "\\x1eRESULT" . json_encode($result, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
`
  }
}

const PHP_OPTIONS = [
  '-d',
  'display_errors=stderr',
  '-d',
  'error_reporting=-1',
  '-d',
  'memory_limit=256M',
  '-d',
  'opcache.enable_cli=0',
  '-d',
  'date.timezone=Europe/Moscow',
] as const

/** Any JSON value as a PHP expression. */
export function phpValue(value: unknown): string {
  return `json_decode(base64_decode('${Buffer.from(JSON.stringify(value)).toString('base64')}'), true)`
}

/** Aborting is kill −9. */
function pick(signal: AbortSignal | undefined): { signal?: AbortSignal; killSignal?: NodeJS.Signals } {
  return signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }
}

/** A fresh random word for a test that needs a name of its own. */
export function word(): string {
  return randomBytes(6).toString('hex')
}

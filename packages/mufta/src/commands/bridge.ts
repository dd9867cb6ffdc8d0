import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { wordsIn } from '@mufta/kit'
import { openVault } from '@mufta/runtime'
import { buildModule } from '../bridge/build-module.ts'
import { mustBeFree, readModule, writeFolder, type ModuleFiles } from '../bridge/module-files.ts'
import { verifyModule, verifyText, type Verification } from '../bridge/verify/verify-module.ts'
import { writeZip } from '../bridge/zip.ts'
import { loadConnector } from '../config/connectors.ts'
import { requirePairable } from '../config/open-bridge.ts'
import { openOrMakeStore } from '../config/open.ts'
import { sealerOf } from '../config/sealer.ts'
import { CODE_MINUTES, startPairing } from '../bridge/pairing.ts'
import { paint } from '../ui/screen.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

export interface BuildCommand {
  /** Built-in name, package or path. */
  readonly connector: string
  readonly id?: string
  /** A folder, in which the module's folder is made, or a file that ends in .zip. */
  readonly out: string
  readonly moduleVersion?: string
  readonly force?: boolean
}

/** `mufta bridge build`: the site module of a connector. Nothing is written when it would not pass its own checks. */
export async function bridgeBuild(
  { screen, cwd, env }: CommandContext,
  options: BuildCommand,
): Promise<ExitCode> {
  const connector = await loadConnector(options.connector, cwd)
  const id = options.id ?? connector.id
  const version = options.moduleVersion ?? connector.version
  const files = buildModule({ connector, id, version, ...sourceDate(env) })
  const { faults } = verifyText(files, id)
  if (faults.length > 0) {
    showFaults(screen, { id, files: files.size, faults, skipped: [] })
    return 1
  }
  const target = write(files, id, resolve(cwd, options.out), options.force === true)
  const { line, t } = screen
  screen.data({ id, version, out: target, files: files.size })
  line(
    paint.good(
      t(
        `Made ${target} (${id} ${version}, ${files.size} files)`,
        `Создан ${target} (${id} ${version}, файлов: ${files.size})`,
      ),
    ),
  )
  line(
    t(
      `  Put the folder ${id} into /local/modules/ of the site and install it in the admin; docs/en/bridge.md goes on from there`,
      `  Положите папку ${id} в /local/modules/ сайта и установите в админке; дальше — docs/ru/bridge.md`,
    ),
  )
  return 0
}

/** `mufta bridge verify`: the static checks on any built module, a folder or a zip. */
export async function bridgeVerify({ screen, cwd, signal }: CommandContext, path: string): Promise<ExitCode> {
  const { name, files } = readModule(resolve(cwd, path))
  const found = await verifyModule(files, name, signal)
  showFaults(screen, found)
  return found.faults.length === 0 ? 0 : 1
}

function write(files: ModuleFiles, id: string, out: string, isForced: boolean): string {
  if (!out.endsWith('.zip')) {
    const folder = join(out, id)
    writeFolder(folder, files, isForced)
    return folder
  }
  mustBeFree(out, isForced)
  writeFileSync(out, writeZip(new Map([...files].map(([path, content]) => [`${id}/${path}`, content]))))
  return out
}

/** reproducible-builds.org: the date that stands for "now" in a build. */
function sourceDate(env: CommandContext['env']): { dateEpoch?: number } {
  const seconds = Number(env['SOURCE_DATE_EPOCH'])
  return env['SOURCE_DATE_EPOCH'] === undefined || !Number.isSafeInteger(seconds)
    ? {}
    : { dateEpoch: seconds }
}

function showFaults({ line, t, data, lang }: CommandContext['screen'], found: Verification): void {
  const faults = found.faults.map((fault) => ({ ...fault, message: wordsIn(fault.message, lang) }))
  data({ ok: faults.length === 0, ...found, faults })
  for (const { rule, file, line: at, message } of faults)
    line(`${paint.bad('✖')} ${file}${at === undefined ? '' : `:${at}`} ${message} ${paint.dim(rule)}`)
  for (const tool of found.skipped)
    line(
      paint.warn(
        t(`! ${tool} is not installed here: not checked`, `! ${tool} здесь не установлен: не проверено`),
      ),
    )
  const count = found.faults.length
  if (count === 0)
    line(
      paint.good(
        t(
          `✔ ${found.id}: ${found.files} files are in order`,
          `✔ ${found.id}: файлы в порядке (${found.files})`,
        ),
      ),
    )
  else line(paint.bad(t(`${count} faults`, `Нарушений: ${count}`)))
}

/** `mufta bridge pair <connection>`: a one-time code for the module's settings page. "mufta run" answers the site. */
export async function bridgePair(context: CommandContext, connection: string): Promise<ExitCode> {
  const { screen } = context
  const loaded = await configOf(context)
  const store = await openOrMakeStore(loaded)
  try {
    await requirePairable(loaded, store, connection)
    const vault = sealerOf({ loaded, store, vault: await openVault(store.admin, loaded.keys) })
    const { code, until } = await startPairing({ store, vault, clock: Date.now }, connection)
    const { host, port, publicUrl } = loaded.config.http
    const address = publicUrl ?? `http://${host}:${port}`
    screen.data({ connection, code, until: new Date(until).toISOString(), runtime: address })
    show(screen, code, address, publicUrl !== undefined)
  } finally {
    await store.close()
  }
  return 0
}

function show({ line, t }: CommandContext['screen'], code: string, address: string, isPublic: boolean): void {
  line(
    t('On the settings page of the module on the site, type', 'На странице настроек модуля на сайте введите'),
  )
  line(`  ${t('runtime address', 'адрес рантайма')}  ${paint.bold(address)}`)
  line(`  ${t('one-time code', 'одноразовый код')}   ${paint.bold(code)}`)
  line(
    t(
      `The code is good once, for ${CODE_MINUTES} minutes, while "mufta run" is running.`,
      `Код годится один раз, ${CODE_MINUTES} минут, пока работает «mufta run».`,
    ),
  )
  if (isPublic) return
  line(
    paint.warn(
      t(
        'http.publicUrl is not set: the address above is only right if the site is on this machine.',
        'http.publicUrl не задан: адрес выше верен, только если сайт на этой же машине.',
      ),
    ),
  )
}

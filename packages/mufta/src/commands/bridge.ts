import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError, MuftaError } from '@mufta/kit'
import { isRuntimeOn, openVault, requireLoadedKey, requireVault, type Store } from '@mufta/runtime'
import { readSiteSettings } from '@mufta/bitrix'
import { pullSettings } from '../bridge/pull-settings.ts'
import { buildModule } from '../bridge/build-module.ts'
import { mustBeFree, readModule, writeFolder, type ModuleFiles } from '../bridge/module-files.ts'
import { verifyModule, verifyText, type Verification } from '../bridge/verify/verify-module.ts'
import { writeZip } from '../bridge/zip.ts'
import { loadConnector } from '../config/connectors.ts'
import type { LoadedConfig } from '../config/load.ts'
import { bridgeKey, openBridgeShop, requireBridge, requirePairable } from '../config/open-bridge.ts'
import { openLog, openStore, storePath } from '../config/open.ts'
import { CODE_MINUTES, startPairing } from '../bridge/pairing.ts'
import { trial, type TrialStep } from '../bridge/trial.ts'
import { paint } from '../ui/screen.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

export interface TrialCommand {
  readonly order: string
  readonly write?: boolean
  /** Seconds. */
  readonly wait: number
}

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

function showFaults({ line, t, data }: CommandContext['screen'], found: Verification): void {
  data({ ok: found.faults.length === 0, ...found })
  for (const { rule, file, line: at, message } of found.faults)
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
    const vault = requireVault(await openVault(store.admin, loaded.keys))
    if (isRuntimeOn(storePath(loaded))) requireLoadedKey(store, vault)
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

/**
 * `mufta bridge settings <connection>`: takes what the administrator typed on the site's page into the configuration.
 * Secrets go to .env; the values are shown nowhere.
 */
export async function bridgeSettings(context: CommandContext, connection: string): Promise<ExitCode> {
  const { screen, signal } = context
  const loaded = await configOf(context)
  const site = requireBridge(loaded, connection)
  const store = await openOrMakeStore(loaded)
  try {
    const vault = await openVault(store.admin, loaded.keys)
    const key = bridgeKey({ store, vault }, connection, site)
    if (key === null)
      throw new ConfigError(
        'CONNECTION_NOT_PAIRED',
        `"${connection}" has no key yet: run "mufta bridge pair" first`,
      )
    const { allowHosts } = loaded.config.security
    const typed = await readSiteSettings(key, { allowHosts, signal })
    const pulled = pullSettings(loaded.file, loaded.folder, connection, typed)
    screen.data({ connection, mode: typed.mode, ...pulled })
    screen.line(
      paint.good(
        screen.t(
          `Taken from the site: ${pulled.settings.join(', ') || 'nothing was typed there'}`,
          `Взято с сайта: ${pulled.settings.join(', ') || 'там ничего не введено'}`,
        ),
      ),
    )
    screen.line(
      screen.t(
        'Next: "mufta check", then start "mufta run" anew',
        'Дальше: «mufta check», затем перезапустите «mufta run»',
      ),
    )
  } finally {
    await store.close()
  }
  return 0
}

/** `mufta bridge trial <connection>`: the checklist's part that a program can do, against a real trial site. */
export async function bridgeTrial(
  context: CommandContext,
  connection: string,
  options: TrialCommand,
): Promise<ExitCode> {
  const { screen, signal } = context
  const loaded = await configOf(context)
  const site = requireBridge(loaded, connection)
  const store = await openOrMakeStore(loaded)
  const vault = await openVault(store.admin, loaded.keys)
  const { allowHosts } = loaded.config.security
  const opened = { loaded, store, log: openLog(loaded, []), vault }
  const shop = openBridgeShop(opened, connection, site, allowHosts)
  const steps: TrialStep[] = []
  const ask = (): void =>
    screen.line(
      screen.t(
        `  Now save order ${options.order} in the admin of the site; stop "mufta run" first, or it takes the event`,
        `  Теперь сохраните заказ ${options.order} в админке сайта; «mufta run» перед этим остановите, иначе событие заберёт она`,
      ),
    )
  try {
    const how = {
      orderId: options.order,
      isWriting: options.write === true,
      waitSeconds: options.wait,
      signal,
      ask,
    }
    for await (const step of trial(shop, how)) {
      steps.push(step)
      screen.line(`${step.ok ? paint.good('✔') : paint.bad('✖')} ${step.step}: ${step.facts}`)
    }
  } finally {
    await shop.close()
    await store.close()
  }
  const isGood = steps.every(({ ok }) => ok)
  screen.data({ connection, ok: isGood, steps })
  return isGood ? 0 : 1
}

/** A code may be made before the runtime has run for the first time. */
async function openOrMakeStore(loaded: LoadedConfig): Promise<Store> {
  try {
    return await openStore(loaded, 'tool')
  } catch (error) {
    if (error instanceof MuftaError && error.code === 'STORE_MISSING')
      return await openStore(loaded, 'runtime')
    throw error
  }
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

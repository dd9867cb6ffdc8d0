import { ConfigError, wordsIn, type Language, type Words } from '@mufta/kit'
import type { ConnectionParts } from '@mufta/runtime'
import { paint, type Screen } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'
import { eachConnection, type Side } from './sides.ts'

export interface InstallOptions {
  readonly connection?: string
  /** Public address of this Mufta. @default http.publicUrl of the configuration */
  readonly url?: string
}

/** What was done, a line each. */
interface InstallReport {
  readonly connection: string
  readonly site: readonly string[]
  readonly external: readonly string[]
}

/**
 * `mufta install`, `mufta uninstall`: sets up both sides (event bindings, hooks, fields), or takes that away again.
 * Safe to run twice: what is there already stays as it is.
 */
export async function install(
  context: CommandContext,
  options: InstallOptions,
  action: 'install' | 'uninstall',
): Promise<ExitCode> {
  const { screen, signal } = context
  const reports: InstallReport[] = []
  await eachConnection(context, options.connection, async (side) => {
    const base = publicUrl(options.url ?? side.loaded.config.http.publicUrl, side)
    const report = await setUp(side.parts, base, action, { signal, lang: screen.lang })
    reports.push(report)
    show(screen, report, side)
  })
  screen.data({ action, connections: reports })
  return 0
}

async function setUp(
  { name, shop, connector, client, settings }: ConnectionParts,
  base: string | null,
  action: 'install' | 'uninstall',
  { signal, lang }: { readonly signal: AbortSignal; readonly lang: Language },
): Promise<InstallReport> {
  const address = (side: 'site' | 'external'): string => `${base ?? ''}/hooks/${name}/${side}`
  const subscription = action === 'install' ? 'subscribe' : 'unsubscribe'
  const site = [...(await shop[subscription](address('site'), { signal }))]
  const hook = base === null ? {} : { hookUrl: address('external') }
  const external = (await connector.installer?.[action]({ client, settings, signal, ...hook })) ?? []
  if (base !== null) {
    site.push({ en: `handler address: ${address('site')}`, ru: `адрес обработчика: ${address('site')}` })
  }
  const lines = (words: readonly Words[]): readonly string[] => words.map((each) => wordsIn(each, lang))
  return { connection: name, site: lines(site), external: lines(external) }
}

/** An inbound webhook binds nothing, so it works without. @throws ConfigError `CONFIG_PUBLIC_URL` */
function publicUrl(given: string | undefined, { site }: Side): string | null {
  if (given === undefined) {
    if (site['oauth'] === undefined) return null
    throw new ConfigError('CONFIG_PUBLIC_URL', {
      en: 'Say under which address the portal reaches this Mufta: --url https://…, or http.publicUrl in the configuration',
      ru: 'Укажите, под каким адресом портал видит эту Mufta: --url https://… или http.publicUrl в настройках',
    })
  }
  const url = URL.parse(given)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new ConfigError('CONFIG_PUBLIC_URL', {
      en: `"${given}" is no public address: it must look like https://mufta.example.ru`,
      ru: `«${given}» — не внешний адрес: он должен выглядеть как https://mufta.example.ru`,
    })
  }
  return url.href.replace(/\/+$/, '')
}

function show({ line, t, lang }: Screen, report: InstallReport, { parts, site }: Side): void {
  line(paint.bold(report.connection))
  line(`  ${t('Site', 'Сайт')}`)
  for (const done of report.site) line(`    ${done}`)
  line(`  ${t('External system', 'Внешняя система')}: ${parts.connector.title[lang]}`)
  for (const done of report.external) line(`    ${done}`)
  if (site['oauth'] === undefined || site['applicationToken'] !== undefined) return
  line(
    paint.warn(
      t(
        '  Events are refused until applicationToken of this connection is set: the portal sends it with every event',
        '  События отклоняются, пока не задан applicationToken соединения: портал шлёт его с каждым событием',
      ),
    ),
  )
}

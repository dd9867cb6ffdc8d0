import { readSiteSettings, type SiteSettings } from '@mufta/bitrix'
import { ConfigError, Secret } from '@mufta/kit'
import { changedKey, type ConnectionEditor } from '@mufta/runtime'
import { pullSettings, withTyped, type Pulled } from '../bridge/pull-settings.ts'
import { trial, type TrialStep } from '../bridge/trial.ts'
import { withBridge } from '../config/find-bridge.ts'
import { bridgeKey, openBridgeShop } from '../config/open-bridge.ts'
import type { Opened } from '../config/open.ts'
import { sealerOf } from '../config/sealer.ts'
import { paint } from '../ui/screen.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

export interface TrialCommand {
  readonly order: string
  readonly write?: boolean
  /** Seconds. */
  readonly wait: number
}

/** Who stands in the audit for what is done on the command line. */
const WHO = 'mufta bridge settings'

/**
 * `mufta bridge settings <connection>`: takes what the administrator typed on the site's page to where the connection
 * is kept, the configuration file with its .env, or the store. The values are shown nowhere.
 */
export async function bridgeSettings(context: CommandContext, connection: string): Promise<ExitCode> {
  const { screen, signal } = context
  const loaded = await configOf(context)
  await withBridge(loaded, connection, async ({ opened, site, allowHosts, editor }) => {
    const key = bridgeKey(opened, connection, site)
    if (key === null)
      throw new ConfigError(
        'CONNECTION_NOT_PAIRED',
        `"${connection}" has no key yet: run "mufta bridge pair" first`,
      )
    const typed = await readSiteSettings(key, { allowHosts, signal })
    const pulled =
      editor === null
        ? pullSettings(loaded.file, loaded.folder, connection, typed)
        : await pullIntoStore(opened, editor, connection, typed)
    screen.data({ connection, mode: typed.mode, ...pulled })
    const names = pulled.settings.join(', ')
    screen.line(
      paint.good(
        screen.t(
          `Taken from the site: ${names || 'nothing was typed there'}`,
          `Взято с сайта: ${names || 'там ничего не введено'}`,
        ),
      ),
    )
    screen.line(
      editor === null
        ? screen.t(
            'Next: "mufta check", then start "mufta run" anew',
            'Дальше: «mufta check», затем перезапустите «mufta run»',
          )
        : screen.t(
            'Next: "mufta check"; a running Mufta opens the connection anew by itself',
            'Дальше: «mufta check»; работающая Муфта сама откроет соединение заново',
          ),
    )
  })
  return 0
}

/** A new version of the connection, as if it was changed on the page; secrets are sealed. */
async function pullIntoStore(
  opened: Opened,
  editor: ConnectionEditor,
  connection: string,
  { mode, values }: SiteSettings,
): Promise<Pulled> {
  const { store } = opened
  if ([...values.values()].some((value) => value instanceof Secret)) sealerOf(opened)
  const row = await store.admin.connection(connection)
  const { settings } = JSON.parse(row?.body ?? '{}') as { settings?: Record<string, unknown> }
  const whole = withTyped(settings, values, (_, secret) => secret.reveal())
  await editor.change(WHO, connection, row?.version ?? 0, { mode, settings: whole })
  // A running Mufta looks for this and opens the connection anew.
  await store.setValue(changedKey(connection), String(Date.now()))
  return { settings: [...values.keys()], variables: [] }
}

/** `mufta bridge trial <connection>`: the checklist's part that a program can do, against a real trial site. */
export async function bridgeTrial(
  context: CommandContext,
  connection: string,
  options: TrialCommand,
): Promise<ExitCode> {
  const { screen, signal } = context
  const steps: TrialStep[] = []
  const ask = (): void =>
    screen.line(
      screen.t(
        `  Now save order ${options.order} in the admin of the site; stop "mufta run" first, or it takes the event`,
        `  Теперь сохраните заказ ${options.order} в админке сайта; «mufta run» перед этим остановите, иначе событие заберёт она`,
      ),
    )
  const how = {
    orderId: options.order,
    isWriting: options.write === true,
    waitSeconds: options.wait,
    signal,
    ask,
  }
  await withBridge(await configOf(context), connection, async ({ opened, site, allowHosts }) => {
    await using shop = openBridgeShop(opened, connection, site, allowHosts)
    for await (const step of trial(shop, how)) {
      steps.push(step)
      const { ok, title, facts } = step
      screen.line(`${ok ? paint.good('✔') : paint.bad('✖')} ${title[screen.lang]}: ${facts[screen.lang]}`)
    }
  })
  const isGood = steps.every(({ ok }) => ok)
  const told = steps.map(({ step, ok, facts }) => ({ step, ok, facts: facts[screen.lang] }))
  screen.data({ connection, ok: isGood, steps: told })
  return isGood ? 0 : 1
}

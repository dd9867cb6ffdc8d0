import { openVault, requirePairable } from '../config/open-bridge.ts'
import { openStore } from '../config/open.ts'
import { CODE_MINUTES, startPairing } from '../bridge/pairing.ts'
import { paint } from '../ui/screen.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'
import { ConfigError } from '@mufta/kit'

/** `mufta bridge pair <connection>`: a one-time code for the module's settings page. "mufta run" answers the site. */
export async function bridgePair(context: CommandContext, connection: string): Promise<ExitCode> {
  const { screen } = context
  const loaded = await configOf(context)
  const found = loaded.config.connections[connection]
  if (found === undefined) {
    const known = Object.keys(loaded.config.connections).join(', ')
    throw new ConfigError('CONNECTION_UNKNOWN', `There is no connection "${connection}"; known: ${known}`)
  }
  requirePairable(connection, found)
  const vault = openVault(loaded)
  const store = await openStore(loaded, 'tool')
  try {
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

import { fileURLToPath } from 'node:url'
import { startGuarded, waitFor } from '../../../packages/mufta/test/bridge-helpers/child.ts'
import type { Site } from '../../../packages/mufta/test/bridge-helpers/site.ts'

const WAIT = fileURLToPath(new URL('./wait-per-call.php', import.meta.url))

/** The site under PHP's own web server, with opcache as every real site has it; each call may first wait. */
export async function serve(site: Site, perCallMs = 0): Promise<AsyncDisposable & { readonly url: string }> {
  const settings = { 'opcache.enable': 1, 'opcache.enable_cli': 1, 'date.timezone': 'Europe/Moscow' }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-d', `${name}=${value}`])
  const wait = perCallMs === 0 ? [] : ['-d', `auto_prepend_file=${WAIT}`]
  const php = startGuarded('php', [...options, ...wait, '-S', '127.0.0.1:0', '-t', site.root], {
    PHP_CLI_SERVER_WORKERS: '4',
    PER_CALL_MS: String(perCallMs),
  })
  const address = (): string | undefined => /\((http:\/\/127\.0\.0\.1:\d+)\) started/.exec(php.output())?.[1]
  await waitFor(() => address() !== undefined, 'the PHP server to start')
  return {
    url: address() ?? '',
    [Symbol.asyncDispose]: async () => {
      php.killHard()
      await waitFor(() => php.child.exitCode !== null || php.child.signalCode !== null, 'PHP to end')
    },
  }
}

export function endpointAt(url: string): string {
  return `${url}/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call`
}

import { KEY, pairWith } from '../../../packages/mufta/test/bridge-helpers/bridge-caller.ts'
import { startGuarded, waitFor } from '../../../packages/mufta/test/bridge-helpers/child.ts'
import { Site } from '../../../packages/mufta/test/bridge-helpers/site.ts'
import { skipWithoutPhp } from '../../../packages/mufta/test/bridge-helpers/tools.ts'
import type { Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { measureHandler } from './handler.ts'
import { measurePullers } from './pullers.ts'
import { measureReading } from './reading.ts'

/** The site module in real PHP over the stand-in kernel, served by PHP's own web server. */
export interface BenchSite {
  readonly site: Site
  readonly endpoint: string
  readonly keyId: string
  readonly secret: string
}

/** The bridge beside the REST road, and what it costs the site. Needs php and mariadbd; without them it says so. */
export async function measureBridge(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const missing = skipWithoutPhp()
  if (missing !== false) {
    console.error(`bridge: not measured, ${missing}`)
    return []
  }
  await using site = await Site.make()
  await pairWith(site)
  await using server = await serve(site)
  const { id: keyId, secret } = KEY
  const endpoint = `${server.url}/bitrix/services/main/ajax.php?action=mufta:bridge.bridge.call`
  const bench: BenchSite = { site, endpoint, keyId, secret }
  const figures: Figure[] = []
  for (const measure of [measureHandler, measurePullers, measureReading]) {
    figures.push(await measure(bench, options, progress))
  }
  return figures
}

/** With opcache, as every real site has it. */
async function serve(site: Site): Promise<AsyncDisposable & { readonly url: string }> {
  const options = [
    '-d',
    'opcache.enable=1',
    '-d',
    'opcache.enable_cli=1',
    '-d',
    'date.timezone=Europe/Moscow',
  ]
  const php = startGuarded('php', [...options, '-S', '127.0.0.1:0', '-t', site.root], {
    PHP_CLI_SERVER_WORKERS: '4',
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

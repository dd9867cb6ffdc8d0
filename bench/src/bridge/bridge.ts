import { KEY, pairWith } from '../../../packages/mufta/test/bridge-helpers/bridge-caller.ts'
import { Site } from '../../../packages/mufta/test/bridge-helpers/site.ts'
import { skipWithoutPhp } from '../../../packages/mufta/test/bridge-helpers/tools.ts'
import type { Figure } from '../figure.ts'
import type { BenchOptions } from '../options.ts'
import { measureHandler } from './handler.ts'
import { measurePullers } from './pullers.ts'
import { measureReading } from './reading.ts'
import { endpointAt, serve } from './serve-site.ts'

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
  const bench: BenchSite = { site, endpoint: endpointAt(server.url), keyId, secret }
  const figures: Figure[] = []
  for (const measure of [measureHandler, measurePullers, measureReading]) {
    figures.push(await measure(bench, options, progress))
  }
  return figures
}

import { fileURLToPath } from 'node:url'
import { ConfigError, describeSettings, type Connector } from '@mufta/kit'
import { readFolder, sorted, type ModuleFiles } from './module-files.ts'
import { namesOf, PLACEHOLDER, rename, type ModuleNames } from './module-names.ts'

/** The module's source: real PHP under the placeholder's names. */
const SOURCE = fileURLToPath(new URL('../../bridge/module', import.meta.url))

export interface BuildOptions {
  readonly connector: Connector
  /** "vendor.name" of the module. @default the connector's id */
  readonly id?: string
  /** @default the connector's version */
  readonly version?: string
  /** Seconds; shown by the site as the date of the version. @default the date in the module's source */
  readonly dateEpoch?: number
}

/**
 * Makes the site module of a connector: the same input gives the same bytes, and two ids share no name.
 * @throws ConfigError `BRIDGE_BAD_ID`, `BRIDGE_BAD_VERSION`
 */
export function buildModule(options: BuildOptions, source: ModuleFiles = readFolder(SOURCE)): ModuleFiles {
  const { connector, id = connector.id, version = connector.version } = options
  const names = namesOf(id)
  if (!/^(?!0\.0\.0$)\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(version)) {
    throw new ConfigError(
      'BRIDGE_BAD_VERSION',
      `"${version}" must look like 1.0.0: three numbers, not all zero`,
    )
  }
  const files = [...source].map(
    ([path, content]) =>
      [
        rename(path, PLACEHOLDER, names),
        Buffer.from(rename(content.toString('utf8'), PLACEHOLDER, names)),
      ] as const,
  )
  return sorted([
    ...withTitle(files, connector),
    ['install/version.php', versionFile(source, version, options.dateEpoch)],
    ['lib/flows.php', flowsFile(names, entitiesOf(connector))],
    ['settings.schema.json', settingsFile(connector)],
  ])
}

/** The module list of a site may show several bridges: the texts say whose this one is. */
function withTitle(
  files: readonly (readonly [string, Buffer])[],
  { title }: Connector,
): readonly (readonly [string, Buffer])[] {
  return files.map(([path, content]) => {
    const lang = /^lang\/(ru|en)\//.exec(path)?.[1] as 'ru' | 'en' | undefined
    if (lang === undefined) return [path, content]
    const shown = title[lang].replace(/[<>&"'\\\p{Cc}]/gu, ' ').trim()
    return [path, Buffer.from(content.toString('utf8').replaceAll(TITLE, () => shown))]
  })
}

const TITLE = '#CONNECTOR_TITLE#'

function versionFile(source: ModuleFiles, version: string, dateEpoch: number | undefined): Buffer {
  const present = source.get('install/version.php')?.toString('utf8') ?? ''
  const [, ofSource = '2026-01-01 00:00:00'] = /'VERSION_DATE' => '([^']+)'/.exec(present) ?? []
  const date =
    dateEpoch === undefined
      ? ofSource
      : new Date(dateEpoch * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return Buffer.from(
    `<?php\n\n$arModuleVersion = [\n    'VERSION' => '${version}',\n    'VERSION_DATE' => '${date}',\n];\n`,
  )
}

function flowsFile({ namespace }: ModuleNames, entities: readonly string[]): Buffer {
  const list = entities.map((entity) => `'${entity}'`).join(', ')
  return Buffer.from(
    `<?php

declare(strict_types=1);

namespace ${namespace};

/** What the connector's flows need to hear of. The builder writes this file. */
final class Flows
{
    public const ENTITIES = [${list}];
}
`,
  )
}

/**
 * Entities of the connector's flows. A flow is known only with settings, which nobody has typed yet: where the
 * defaults are not enough, it is the order, the one entity that the kit's flows have.
 */
function entitiesOf(connector: Connector): readonly string[] {
  const defaults = connector.settings.safeParse({})
  if (!defaults.success) return ['order']
  return [...new Set(connector.flows(defaults.data).map(({ entity }) => entity))].toSorted()
}

function settingsFile({ id, version, settings }: Connector): Buffer {
  const fields = describeSettings(settings)
  return Buffer.from(`${JSON.stringify({ v: 1, connector: id, version, fields }, null, 2)}\n`)
}

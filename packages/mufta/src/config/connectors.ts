import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, type Connector } from '@mufta/kit'

const BUILT_IN: Readonly<Record<string, () => Promise<unknown>>> = {
  retailcrm: () => import('@mufta/connector-retailcrm'),
}

/** Names that need no package or path. */
export const builtInConnectors: readonly string[] = Object.keys(BUILT_IN)

/**
 * A connector by built-in name, path (from the configuration's folder) or package.
 * @throws ConfigError `CONNECTOR_NOT_FOUND`, `CONNECTOR_NOT_A_CONNECTOR`
 */
export async function loadConnector(name: string, folder: string): Promise<Connector> {
  const isPath = name.startsWith('.') || isAbsolute(name)
  const target = isPath ? pathToFileURL(resolve(folder, name)).href : name
  let module: { default?: unknown }
  try {
    module = (await (BUILT_IN[name]?.() ?? import(target))) as { default?: unknown }
  } catch (cause) {
    throw new ConfigError(
      'CONNECTOR_NOT_FOUND',
      {
        en: `Connector "${name}" cannot be loaded: it is neither built in (${builtInConnectors.join(', ')}) nor a package nor a file that runs`,
        ru: `Коннектор «${name}» не загружается: это не встроенный (${builtInConnectors.join(', ')}), не пакет и не работающий файл`,
      },
      { facts: { name }, cause },
    )
  }
  if (isConnector(module.default)) return module.default
  throw new ConfigError(
    'CONNECTOR_NOT_A_CONNECTOR',
    {
      en: `"${name}" does not export a connector by default: end it with "export default defineConnector({ … })"`,
      ru: `«${name}» не отдаёт коннектор по умолчанию: закончите файл «export default defineConnector({ … })»`,
    },
    { facts: { name } },
  )
}

function isConnector(value: unknown): value is Connector {
  return (
    typeof value === 'object' && value !== null && 'flows' in value && 'open' in value && 'settings' in value
  )
}

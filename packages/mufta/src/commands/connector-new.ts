import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '@mufta/kit'
import { paint } from '../ui/screen.ts'
import type { CommandContext, ExitCode } from './context.ts'

/** A connector that runs and passes the acceptance suite; its names stand for those to be put in. */
const TEMPLATE = fileURLToPath(new URL('../../templates/connector', import.meta.url))

/** `mufta connector new vendor.name`: a connector to start from, whose tests pass as generated. Never overwrites. */
export async function connectorNew(
  { screen, cwd }: CommandContext,
  id: string,
  folder?: string,
): Promise<ExitCode> {
  if (!/^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/.test(id)) {
    throw new ConfigError(
      'CONNECTOR_BAD_ID',
      {
        en: `"${id}" must look like vendor.name: lower case letters and digits, one dot`,
        ru: `«${id}» должно выглядеть как vendor.name: строчные латинские буквы и цифры, одна точка`,
      },
      { facts: { id } },
    )
  }
  const dashed = id.replace(/[._]/g, '-')
  const target = resolve(cwd, folder ?? join('connectors', dashed))
  if (existsSync(target))
    throw new ConfigError(
      'CONNECTOR_FOLDER_EXISTS',
      {
        en: `${target} is there already: choose another --folder`,
        ru: `${target} уже есть: выберите другую папку ключом --folder`,
      },
      {
        facts: { folder: target },
      },
    )
  cpSync(TEMPLATE, target, { recursive: true })
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) rename(join(entry.parentPath, entry.name), id, dashed)
  }
  const { line, t } = screen
  screen.data({ id, folder: target })
  line(paint.good(t(`Made ${target}`, `Создан ${target}`)))
  line(
    t(
      `  node --test "${target}/test/*.test.ts"    its tests pass now`,
      `  node --test "${target}/test/*.test.ts"    тесты уже проходят`,
    ),
  )
  line(
    t(
      '  Then: README.md in it says which file holds what; start with src/wire.ts and src/client.ts',
      '  Дальше: README.md внутри говорит, где что лежит; начните с src/wire.ts и src/client.ts',
    ),
  )
  return 0
}

function rename(path: string, id: string, dashed: string): void {
  const [vendor = ''] = id.split('.')
  const pascal = id.replace(/(?:^|[._])([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())
  const text = readFileSync(path, 'utf8')
    .replaceAll('acme.crm', id)
    .replaceAll('@mufta/connector-template', dashed)
    .replaceAll('acme-crm', dashed)
    .replaceAll('ACME_', `${vendor.toUpperCase()}_`)
    .replaceAll('Acme', pascal)
    .replaceAll(/\bacme\b/g, vendor)
  writeFileSync(path, text)
  if (path.includes('acme-')) renameSync(path, path.replace(/acme-([a-z]+\.ts)$/, `${vendor}-$1`))
}

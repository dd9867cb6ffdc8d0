import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { ConfigError, Secret } from '@mufta/kit'
import {
  changedKey,
  closeParts,
  ConnectionEditor,
  generateKey,
  keyIdOf,
  parseKeys,
  requireVault,
  rotateSecrets,
  unreadableSecrets,
  Vault,
} from '@mufta/runtime'
import { resealPairing } from '../bridge/pairing.ts'
import { openHouse, type House } from '../config/house.ts'
import { openStore } from '../config/open.ts'
import { sealerOf } from '../config/sealer.ts'
import { unknownConnection } from '../config/unknown-connection.ts'
import { createAsker } from '../ui/ask.ts'
import { bar, paint, table } from '../ui/screen.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

/** Who stands in the audit for what is done on the command line. */
const WHO = 'mufta secrets'

/** `mufta secrets list`: which are set, when, by whom, sealed with which key. Never what they are. */
export async function secretsList(context: CommandContext): Promise<ExitCode> {
  return withHouse(context, async ({ store }) => {
    const { screen } = context
    const secrets = (await store.admin.secrets()).map(({ connection, path, sealed, at, who }) => ({
      connection,
      path,
      key: keyIdOf(sealed),
      at,
      by: who,
    }))
    screen.data({ secrets })
    const rows = secrets.map(({ connection, path, key, at, by }) => [
      connection,
      path,
      key,
      new Date(at).toISOString(),
      by,
    ])
    screen.line(rows.length === 0 ? screen.t('No secret is stored', 'Секретов в хранилище нет') : table(rows))
    return 0
  })
}

/** `mufta secrets set <connection> <path>`: the value is asked for or read from stdin, never from the command line. */
export async function secretsSet(
  context: CommandContext,
  connection: string,
  path: string,
  stdin: NodeJS.ReadStream = process.stdin,
): Promise<ExitCode> {
  return withHouse(context, async (house) => {
    const { admin, store, names } = house
    const { screen } = context
    // Before the secret is asked for.
    if (!names.includes(connection)) throw unknownConnection(connection, names)
    sealerOf(house)
    const value = stdin.isTTY
      ? await createAsker(screen, false).secret(`${connection} ${path}`, (value) => value)
      : (await readAll(stdin)).trim()
    if (value === '')
      throw new ConfigError('CONFIG_BAD_SECRET', {
        en: 'The secret is empty: nothing was changed',
        ru: 'Секрет пуст: ничего не изменено',
      })
    const mark = await new ConnectionEditor(admin.registry).setSecret(
      WHO,
      connection,
      path,
      new Secret(value),
    )
    // A running Mufta looks for this and opens the connection anew.
    await store.setValue(changedKey(connection), String(mark.at))
    screen.data({ connection, path, ...mark })
    screen.line(paint.good(screen.t(`${path} of ${connection} is set`, `${connection}: ${path} задан`)))
    return 0
  })
}

/** `mufta secrets rotate`: seals all anew with the first key of MUFTA_KEYS, once a running Mufta holds it; stopped, it goes on where it was. */
export async function secretsRotate(context: CommandContext): Promise<ExitCode> {
  return withHouse(context, async (house) => {
    const { store, names } = house
    const { screen, signal } = context
    const sealer = sealerOf(house)
    const result = await rotateSecrets(store.admin, sealer, {
      signal,
      onStep: (done, total) => screen.live(`${bar(done, total)}  ${done}/${total}`),
    })
    screen.settle()
    for (const name of names) await resealPairing({ store, vault: sealer, clock: Date.now }, name)
    const key = sealer.keys.currentId
    await store.admin.writeAudit({ who: WHO, action: 'secret.rotate', target: '', after: { ...result, key } })
    screen.data({ ...result, key })
    const { rotated, left } = result
    screen.line(
      left === 0
        ? screen.t(
            `${rotated} sealed anew with ${key}; older keys are needed no more`,
            `Перешифровано ключом ${key}: ${rotated}; прежние ключи больше не нужны`,
          )
        : screen.t(
            `Stopped: ${rotated} done, ${left} left; run it again`,
            `Остановлено: сделано ${rotated}, осталось ${left}; запустите снова`,
          ),
    )
    return left === 0 ? 0 : 1
  })
}

/** `mufta secrets export-key-check`: check values of the keys, to compare a kept copy; whether every secret opens. */
export async function secretsKeyCheck(context: CommandContext): Promise<ExitCode> {
  return withHouse(context, async ({ store, vault }) => {
    const { screen } = context
    const { keys } = requireVault(vault)
    const secrets = await store.admin.secrets()
    const unreadable = await unreadableSecrets(store.admin, vault)
    const checks = keys.ids.map((id) => ({
      key: id,
      check: keys.checkValue(id),
      secrets: secrets.filter(({ sealed }) => keyIdOf(sealed) === id).length,
      current: id === keys.currentId,
    }))
    screen.data({
      keys: checks,
      unreadable: unreadable.map(({ connection, path }) => ({ connection, path })),
    })
    for (const { key, check, secrets: count, current } of checks)
      screen.line(
        `${key}  ${check}  ${screen.t('secrets', 'секретов')}: ${count}${current ? screen.t('  in use', '  текущий') : ''}`,
      )
    for (const { connection, path } of unreadable)
      screen.line(
        paint.bad(screen.t(`${connection} ${path} does not open`, `${connection} ${path} не открывается`)),
      )
    return unreadable.length === 0 ? 0 : 1
  })
}

/** `mufta secrets forget`: takes away what no key opens any more, so that it can be set anew. Without `yes` it only lists. */
export async function secretsForget(
  context: CommandContext,
  { yes }: { readonly yes?: boolean },
): Promise<ExitCode> {
  const { screen } = context
  const loaded = await configOf(context)
  const store = await openStore(loaded, 'tool')
  try {
    const vault = loaded.keys === null ? null : new Vault(parseKeys(loaded.keys))
    const lost = await unreadableSecrets(store.admin, vault)
    for (const { connection, path } of lost) {
      screen.line(`${connection}  ${path}`)
      const audit = {
        who: WHO,
        action: 'secret.forget',
        target: `${connection}/${path}`,
        before: { set: true },
      }
      if (yes === true) await store.admin.removeSecret(connection, path, audit)
    }
    screen.data({ lost: lost.map(({ connection, path }) => ({ connection, path })), forgotten: yes === true })
    if (lost.length === 0) screen.line(screen.t('Every secret opens', 'Все секреты открываются'))
    else if (yes === true) screen.line(screen.t('Forgotten: set them anew', 'Забыты: задайте их заново'))
    else
      screen.line(
        screen.t(
          'No key opens these; --yes takes them away',
          'Эти не открыть ни одним ключом; --yes удалит их',
        ),
      )
    return lost.length === 0 || yes === true ? 0 : 1
  } finally {
    await store.close()
  }
}

/** `mufta secrets generate-key`: prints a fresh key, or puts it in front of MUFTA_KEYS in .env. */
export async function secretsGenerateKey(
  context: CommandContext,
  { id, save }: { readonly id?: string; readonly save?: boolean },
): Promise<ExitCode> {
  const { screen, cwd, env } = context
  const file = resolve(save === true ? (await configOf(context)).folder : cwd, '.env')
  const present = existsSync(file) ? (parseEnv(readFileSync(file, 'utf8'))['MUFTA_KEYS'] ?? '') : ''
  const known = present === '' ? [] : parseKeys(new Secret(present)).ids
  if (id !== undefined && known.includes(id)) throw takenKey(id, known)
  const key = generateKey(id ?? freeId(known))
  const all = present === '' ? key.reveal() : `${key.reveal()},${present}`
  if (save !== true) {
    screen.data({ MUFTA_KEYS: key.reveal() })
    screen.line(`MUFTA_KEYS=${key.reveal()}`)
    return 0
  }
  parseKeys(new Secret(all))
  if ((env['MUFTA_KEYS'] ?? '') !== '')
    throw new ConfigError('CONFIG_KEYS_IN_ENVIRONMENT', {
      en: 'MUFTA_KEYS is set in the environment, which wins over .env: put the new key there',
      ru: 'MUFTA_KEYS задана в окружении, а оно важнее .env: добавьте новый ключ туда',
    })
  writeEnv(file, all)
  screen.data({ saved: '.env', key: all.slice(0, all.indexOf(':')) })
  screen.line(
    screen.t(
      'Written to .env (keep a copy of MUFTA_KEYS in a safe place: without it no secret opens). Start Mufta again, then "mufta secrets rotate".',
      'Записано в .env (сохраните копию MUFTA_KEYS в надёжном месте: без неё секреты не открыть). Перезапустите Mufta, затем «mufta secrets rotate».',
    ),
  )
  return 0
}

function takenKey(id: string, known: readonly string[]): ConfigError {
  const free = freeId(known)
  return new ConfigError(
    'CONFIG_KEY_TAKEN',
    {
      en: `MUFTA_KEYS in .env has a key "${id}" already: give another name, such as ${free}, or leave --id out; nothing was changed`,
      ru: `Ключ «${id}» в MUFTA_KEYS файла .env уже есть: назовите новый иначе, например ${free}, или не указывайте --id; ничего не изменено`,
    },
    { facts: { key: id } },
  )
}

function freeId(known: readonly string[]): string {
  let number = known.length + 1
  while (known.includes(`k${number}`)) number++
  return `k${number}`
}

function writeEnv(file: string, keys: string): void {
  const line = `MUFTA_KEYS=${keys}\n`
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (/^MUFTA_KEYS=.*$/m.test(before))
    writeFileSync(
      file,
      before.replace(/^MUFTA_KEYS=.*\n?/m, () => line),
      { mode: 0o600 },
    )
  else appendFileSync(file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${line}`, { mode: 0o600 })
}

async function withHouse(
  context: CommandContext,
  act: (house: House) => Promise<ExitCode>,
): Promise<ExitCode> {
  const loaded = await configOf(context)
  const house = await openHouse(loaded, { openStore: () => openStore(loaded, 'tool') })
  try {
    return await act(house)
  } finally {
    for (const parts of house.parts) await closeParts(parts)
    await house.store.close()
  }
}

import type { Role } from '@mufta/runtime'
import { Option, type Command } from 'commander'
import { examples, type Leaves } from './leaf.ts'

// Not the runtime's own list: loading the runtime would make every --help slow.
const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[]

/** Users of the admin page and the secrets in the store. */
export function addKeeping(program: Command, leaves: Leaves): void {
  addUsers(program, leaves)
  addSecrets(program, leaves)
}

function addUsers(program: Command, leaves: Leaves): void {
  const { context, t, done } = leaves
  const users = program
    .command('users')
    .description(t('users of the admin page', 'пользователи страницы администратора'))
    .addHelpText(
      'after',
      examples(
        leaves,
        [
          'mufta users invite',
          'a one-time link for an administrator',
          'одноразовая ссылка для администратора',
        ],
        ['mufta users invite anna', 'a new password for anna', 'новый пароль для anna'],
      ),
    )
    .action(async () => done(await (await import('../commands/users.ts')).usersList(context)))
  users
    .command('list')
    .description(t('the same as "mufta users"', 'то же, что «mufta users»'))
    .action(async () => done(await (await import('../commands/users.ts')).usersList(context)))
  users
    .command('invite')
    .description(
      t(
        'a one-time link: for a new user, or for one who lost the password',
        'одноразовая ссылка: новому пользователю или тому, кто забыл пароль',
      ),
    )
    .argument('[login]', t('for this login alone', 'только для этого логина'))
    .addOption(
      new Option('--role <role>', t('role of a new user', 'роль нового пользователя'))
        .choices(ROLES)
        .default('admin'),
    )
    .action(async (login: string | undefined, { role }: { role: Role }) =>
      done(await (await import('../commands/users.ts')).usersInvite(context, login, role)),
    )
  users
    .command('remove')
    .description(t('takes a user away', 'удаляет пользователя'))
    .argument('<login>')
    .action(async (login: string) =>
      done(await (await import('../commands/users.ts')).usersRemove(context, login)),
    )
}

function addSecrets(program: Command, leaves: Leaves): void {
  const { context, t, done } = leaves
  const load = () => import('../commands/secrets.ts')
  const secrets = program
    .command('secrets')
    .description(t('secrets in the store and the keys that seal them', 'секреты в хранилище и их ключи'))
    .addHelpText(
      'after',
      examples(
        leaves,
        [
          'mufta secrets generate-key --save',
          'the first key, or a new one in front',
          'первый ключ или новый впереди',
        ],
        ['mufta secrets set shop-crm settings.apiKey < key.txt', 'a secret from a file', 'секрет из файла'],
        ['mufta secrets rotate', 'seal all with the new key', 'перешифровать новым ключом'],
      ),
    )
    .action(async () => done(await (await load()).secretsList(context)))
  secrets
    .command('list')
    .description(t('which are set; never what they are', 'какие заданы; значения не показываются'))
    .action(async () => done(await (await load()).secretsList(context)))
  secrets
    .command('set')
    .description(
      t(
        'sets one; the value is asked for or comes from stdin',
        'задаёт секрет; значение спрашивается или берётся из stdin',
      ),
    )
    .argument('<connection>')
    .argument('<path>', 'site.webhook, settings.apiKey')
    .action(async (connection: string, path: string) =>
      done(await (await load()).secretsSet(context, connection, path)),
    )
  secrets
    .command('rotate')
    .description(
      t(
        'seals all anew with the first key of MUFTA_KEYS, beside a running Mufta too',
        'перешифровывает всё первым ключом MUFTA_KEYS, можно рядом с работающей Mufta',
      ),
    )
    .action(async () => done(await (await load()).secretsRotate(context)))
  secrets
    .command('export-key-check')
    .description(
      t(
        'check values of the keys, to compare a kept copy; whether every secret opens',
        'контрольные значения ключей для сверки с копией; открывается ли каждый секрет',
      ),
    )
    .action(async () => done(await (await load()).secretsKeyCheck(context)))
  secrets
    .command('forget')
    .description(
      t(
        'takes away secrets whose key is lost, so that they can be set anew',
        'удаляет секреты, ключ от которых утерян, чтобы задать их заново',
      ),
    )
    .option('--yes', t('really; without it they are only listed', 'действительно; иначе только список'))
    .action(async (options: { yes?: boolean }) => done(await (await load()).secretsForget(context, options)))
  secrets
    .command('generate-key')
    .description(t('a fresh key', 'новый ключ'))
    .option('--id <id>', t('its name', 'его имя'))
    .option('--save', t('in front of MUFTA_KEYS in .env', 'первым в MUFTA_KEYS в .env'))
    .action(async (options: { id?: string; save?: boolean }) =>
      done(await (await load()).secretsGenerateKey(context, options)),
    )
}

import { existsSync } from 'node:fs'
import { Access, type Role, type Store } from '@mufta/runtime'
import { inviteLink } from '../config/invite-link.ts'
import { openStore, storePath } from '../config/open.ts'
import type { LoadedConfig } from '../config/load.ts'
import { paint, table } from '../ui/screen.ts'
import { configOf, type CommandContext, type ExitCode } from './context.ts'

/** Who stands in the audit for what is done on the command line. */
const WHO = 'mufta users'

/** `mufta users list`. */
export async function usersList(context: CommandContext): Promise<ExitCode> {
  return withAccess(context, async (access) => {
    const { screen } = context
    const users = await access.users()
    screen.data({ users })
    if (users.length === 0)
      screen.line(screen.t('No user yet: "mufta users invite"', 'Пользователей нет: «mufta users invite»'))
    else {
      const rows = users.map(({ login, role, seenAt }) => [
        login,
        role,
        seenAt === null ? '—' : new Date(seenAt).toISOString(),
      ])
      screen.line(
        table([
          [screen.t('login', 'логин'), screen.t('role', 'роль'), screen.t('last seen', 'был')],
          ...rows,
        ]),
      )
    }
    return 0
  })
}

/** `mufta users invite`: a one-time link for a new user, or for one who lost the password. */
export async function usersInvite(
  context: CommandContext,
  login: string | undefined,
  role: Role,
): Promise<ExitCode> {
  return withAccess(context, async (access, loaded) => {
    const { screen } = context
    const { token, endsAt } = await access.invite(WHO, role, login ?? null)
    const link = inviteLink(loaded, token)
    screen.data({ link, endsAt, role, ...(login === undefined ? {} : { login }) })
    screen.line(screen.t('Open once, within 24 hours:', 'Откройте один раз, в течение суток:'))
    screen.line(`  ${paint.bold(link)}`)
    return 0
  })
}

/** `mufta users remove`: ends the user's sessions too. */
export async function usersRemove(context: CommandContext, login: string): Promise<ExitCode> {
  return withAccess(context, async (access) => {
    const { screen } = context
    await access.removeUser(WHO, login)
    screen.data({ removed: login })
    screen.line(screen.t(`${login} is removed`, `${login}: удалён`))
    return 0
  })
}

/** Users may be made before the first run: then the store is made too. */
async function withAccess(
  context: CommandContext,
  act: (access: Access, loaded: LoadedConfig) => Promise<ExitCode>,
): Promise<ExitCode> {
  const loaded = await configOf(context)
  const store: Store = await openStore(loaded, existsSync(storePath(loaded)) ? 'tool' : 'runtime')
  try {
    return await act(new Access({ store: store.admin, clock: Date.now }), loaded)
  } finally {
    await store.close()
  }
}

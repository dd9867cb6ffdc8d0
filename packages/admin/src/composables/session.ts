import { computed, ref } from 'vue'
import { api, http } from '../api/client.ts'
import { roles, type Role, type Session } from '../api/types/access.ts'

/** Who is signed in. null until the first answer. */
export const session = ref<Session | null>(null)

/** True when a call found the session gone: the page shows the sign-in over what is being edited. */
export const isSignedOut = ref(false)

export const user = computed(() => session.value?.user ?? null)

http.onSignedOut = () => {
  if (user.value !== null) isSignedOut.value = true
}

/** Asks the server who is signed in and keeps the CSRF token. */
export async function loadSession(): Promise<Session> {
  const fresh = await api.session()
  http.csrf = fresh.csrf
  session.value = fresh
  if (fresh.user !== null) isSignedOut.value = false
  return fresh
}

export async function signIn(login: string, password: string): Promise<void> {
  await api.signIn(login, password)
  await loadSession()
}

export async function signOut(): Promise<void> {
  await api.signOut()
  await loadSession()
}

/** May the present user do what needs this role? */
export function may(role: Role): boolean {
  const mine = user.value?.role
  return mine !== undefined && roles.indexOf(mine) >= roles.indexOf(role)
}

import { settingsSchema, type TrytonSettings } from '../src/settings.ts'

/** Settings as the runtime hands them over, valid without a server. */
export function settingsOf(changes: Readonly<Record<string, unknown>> = {}): TrytonSettings {
  return settingsSchema.parse({
    url: 'https://erp.example.com',
    database: 'shop',
    user: 'exchange',
    password: 'not-used',
    ...changes,
  })
}

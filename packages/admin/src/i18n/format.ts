import { language, type Language } from './language.ts'
import { t } from './index.ts'

const locales: Record<Language, string> = { en: 'en-GB', ru: 'ru-RU' }
const cache = new Map<string, Intl.DateTimeFormat>()

/** "24 Nov, 05:31:07", with the year when it is not this one. */
export function formatTime(at: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear()
  return formatter(isThisYear ? 'short' : 'long', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(at)
}

export function formatHour(at: number): string {
  return formatter('hour', { hour: '2-digit', minute: '2-digit' }).format(at)
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locales[language.value]).format(value)
}

/** "0.4 s", "12 min", "3 h". */
export function formatSpan(ms: number): string {
  if (ms < 1000) return t('span.ms', { value: Math.round(ms) })
  if (ms < 60_000) return t('span.s', { value: Math.round(ms / 100) / 10 })
  if (ms < 3_600_000) return t('span.min', { value: Math.round(ms / 60_000) })
  if (ms < 172_800_000) return t('span.h', { value: Math.round(ms / 360_000) / 10 })
  return t('span.d', { value: Math.round(ms / 8_640_000) / 10 })
}

function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.value}:${name}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locales[language.value], options)
  cache.set(key, made)
  return made
}

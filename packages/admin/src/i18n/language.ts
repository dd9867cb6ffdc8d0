import { ref, watchEffect } from 'vue'

export const languages = ['en', 'ru'] as const
export type Language = (typeof languages)[number]

const storageKey = 'mufta-language'

/** The page's language: the one chosen before, else the browser's first that we speak, else English. */
export const language = ref<Language>(chosen() ?? preferred(navigator.languages))

watchEffect(() => {
  document.documentElement.lang = language.value
})

export function chooseLanguage(next: Language): void {
  language.value = next
  try {
    localStorage.setItem(storageKey, next)
  } catch {
    // A private window may refuse storage: the choice then lasts until the page is closed.
  }
}

export function preferred(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languages.find((name) => tag.toLowerCase().split('-')[0] === name)
    if (found !== undefined) return found
  }
  return 'en'
}

function chosen(): Language | null {
  try {
    return languages.find((name) => name === localStorage.getItem(storageKey)) ?? null
  } catch {
    return null
  }
}

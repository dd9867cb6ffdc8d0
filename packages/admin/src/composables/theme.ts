import { computed, ref, watchEffect } from 'vue'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const storageKey = 'mufta-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const isSystemDark = ref(system.matches)
system.addEventListener('change', (event) => {
  isSystemDark.value = event.matches
})

export const theme = ref<Theme>(chosen())

const isDark = computed(() => (theme.value === 'auto' ? isSystemDark.value : theme.value === 'dark'))

watchEffect(() => {
  const { classList, style } = document.documentElement
  classList.toggle('dark', isDark.value)
  classList.toggle('light', !isDark.value)
  style.colorScheme = isDark.value ? 'dark' : 'light'
})

export function chooseTheme(next: Theme): void {
  theme.value = next
  try {
    localStorage.setItem(storageKey, next)
  } catch {
    // Storage may be refused: the choice lasts until the page is closed.
  }
}

function chosen(): Theme {
  try {
    return themes.find((name) => name === localStorage.getItem(storageKey)) ?? 'auto'
  } catch {
    return 'auto'
  }
}

import { shallowRef } from 'vue'

export interface News {
  readonly title: string
}

/** The latest short news; the shell hands it to the toaster, which announces it to screen readers. */
export const latestNews = shallowRef<News | null>(null)

export function notify(title: string): void {
  latestNews.value = { title }
}

import { shallowRef } from 'vue'

export interface News {
  readonly title: string
}

/** The latest short news, shown and announced to screen readers by the toaster. */
export const latestNews = shallowRef<News | null>(null)

export function notify(title: string): void {
  latestNews.value = { title }
}

import { onScopeDispose, ref } from 'vue'
import { apiUrl } from '../api/http.ts'
import type { StreamEvents } from '../api/types/journal.ts'

type Name = keyof StreamEvents
type Listener<K extends Name> = (event: StreamEvents[K]) => void
const names = ['overview', 'journal', 'progress'] as const satisfies readonly Name[]

const pauses = { firstMs: 1_000, mostMs: 30_000 }

/** Whether server-sent events arrive now. */
export const isLive = ref(false)

const listeners: { [K in Name]: Set<Listener<K>> } = {
  overview: new Set(),
  journal: new Set(),
  progress: new Set(),
}
let source: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let pauseMs = pauses.firstMs
/** Number of the last journal entry heard: a reopened stream goes on after it. */
let lastSeq = ''

/** Opens the stream; a lost one comes back by itself with growing pauses. Calling twice changes nothing. */
export function openStream(): void {
  if (source !== null) return
  source = new EventSource(apiUrl('/stream', { after: lastSeq }))
  source.addEventListener('open', () => {
    isLive.value = true
    pauseMs = pauses.firstMs
  })
  source.addEventListener('error', reopenLater)
  for (const name of names) source.addEventListener(name, (event) => hand(name, event))
}

export function closeStream(): void {
  clearTimeout(timer)
  source?.close()
  source = null
  isLive.value = false
}

/** Listens while the calling component lives. */
export function onStream<K extends Name>(name: K, listener: Listener<K>): void {
  listeners[name].add(listener)
  onScopeDispose(() => listeners[name].delete(listener))
}

/** The browser repeats a dropped link but gives up after an HTTP error: we do both alike. */
function reopenLater(): void {
  closeStream()
  timer = setTimeout(openStream, pauseMs)
  pauseMs = Math.min(pauseMs * 2, pauses.mostMs)
}

function hand<K extends Name>(name: K, event: MessageEvent<string>): void {
  if (event.lastEventId !== '') lastSeq = event.lastEventId
  const parsed = JSON.parse(event.data) as StreamEvents[K]
  for (const listener of listeners[name]) listener(parsed)
}

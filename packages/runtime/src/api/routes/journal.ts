import type { JournalPage, JournalQuery } from '../../store/reads.ts'
import type { StoredJournalEntry } from '../../store/store.ts'
import type { ApiDeps } from '../deps.ts'
import { isMaskedFor, shownTo } from '../masked.ts'
import { rawRoute, route, type Route } from '../route.ts'
import * as schema from '../schemas/journal.ts'
import { download } from '../text-stream.ts'

export function journalRoutes(deps: ApiDeps): readonly Route[] {
  const { store } = deps
  return [
    route({
      method: 'GET',
      path: '/journal',
      summary: 'What happened, newest first',
      role: 'viewer',
      query: schema.journalQuery,
      answer: schema.journalPage,
      handle: async ({ who, query: { before, limit, ...filter } }) => {
        const page = await store.reads.journal({
          ...filterOf(who, filter),
          limit,
          ...(before === undefined ? {} : { before }),
        })
        return { entries: page.entries.map((entry) => shown(who, entry)), next: page.next }
      },
    }),
    rawRoute({
      path: '/journal.ndjson',
      summary: 'The whole journal by these filters, oldest first, a line each',
      role: 'viewer',
      contentType: 'application/x-ndjson',
      query: schema.journalDownload,
      handle: ({ who, query, signal }) =>
        download(
          deps,
          linesOf(deps, filterOf(who, query), signal, (entry) => shown(who, entry)),
          {
            contentType: 'application/x-ndjson',
            fileName: 'mufta-journal.ndjson',
          },
        ),
    }),
  ]
}

/** Entries of one part of a download. */
const PACK = 500

async function* linesOf(
  { store }: Pick<ApiDeps, 'store'>,
  filter: Filter,
  signal: AbortSignal,
  shownEntry: (entry: StoredJournalEntry) => StoredJournalEntry,
): AsyncGenerator<string> {
  let after: number | null = 0
  while (after !== null) {
    signal.throwIfAborted()
    const page: JournalPage = await store.reads.journal({ ...filter, after, limit: PACK })
    if (page.entries.length > 0)
      yield page.entries.map((entry) => `${JSON.stringify(shownEntry(entry))}\n`).join('')
    after = page.next
  }
}

type Filter = Pick<JournalQuery, 'connection' | 'kind' | 'q' | 'withoutDetail'>

function filterOf(
  who: Parameters<typeof isMaskedFor>[0],
  { connection, kind, q }: { [Name in 'connection' | 'kind' | 'q']?: string | undefined },
): Filter {
  return {
    // Else a viewer could guess a buyer's data letter by letter.
    withoutDetail: isMaskedFor(who),
    ...(connection === undefined ? {} : { connection }),
    ...(kind === undefined ? {} : { kind }),
    ...(q === undefined ? {} : { q }),
  }
}

/** Only the detail may hold a value: ids and codes are needed to find one's way. */
function shown(who: Parameters<typeof shownTo>[0], entry: StoredJournalEntry): StoredJournalEntry {
  return entry.detail === undefined ? entry : { ...entry, detail: shownTo(who, entry.detail) }
}

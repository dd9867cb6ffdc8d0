import { backfillView, isListing } from '../../insight/backfill-view.ts'
import { LiveFeed, maskedEntry, type Progress } from '../../insight/live-feed.ts'
import { overviewOf } from '../../insight/overview.ts'
import { PlanRuns } from '../../insight/plan-runs.ts'
import type { JournalQuery } from '../../store/reads.ts'
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
          ...filterOf(filter),
          limit,
          ...(before === undefined ? {} : { before }),
        })
        return { entries: page.entries.map((entry) => shownEntry(who, entry)), next: page.next }
      },
    }),
    rawRoute({
      path: '/journal.ndjson',
      summary: 'The whole journal by these filters, oldest first, a line each',
      role: 'viewer',
      contentType: 'application/x-ndjson',
      query: schema.journalDownload,
      handle: ({ who, query, signal }) =>
        download(deps, linesOf(deps, filterOf(query), isMaskedFor(who), signal), {
          contentType: 'application/x-ndjson',
          fileName: 'mufta-journal.ndjson',
        }),
    }),
  ]
}

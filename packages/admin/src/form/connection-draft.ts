import type { Mode, Tree } from '../api/types/basics.ts'
import type { CheckBody, ConnectionChange, ConnectionDetail, SettingField } from '../api/types/connections.ts'
import { problemOf, sameDraft, sameValue, toDraft, toTree, type Draft } from './draft.ts'
import { isHost, parseHosts } from './hosts.ts'
import { kindOf, roadOf, siteFields, type Road } from './site-fields.ts'
import { isSecretMark, secretPaths, valueAt, withValue, withoutSecrets } from './tree.ts'

/** A connection as it stands in the inputs, all tabs together. */
export interface ConnectionDraft {
  mode: Mode
  road: Road
  site: Draft
  settings: Draft
  poll: string
  sweep: string
  hosts: string
}

export function connectionDraft(detail: ConnectionDetail): ConnectionDraft {
  const road = roadOf(detail.site)
  return {
    mode: detail.mode,
    road,
    site: toDraft(siteFields(road), detail.site),
    settings: toDraft(detail.fields, detail.settings),
    poll: numberText(detail.schedule.pollSeconds),
    sweep: numberText(detail.schedule.sweepSeconds),
    hosts: detail.security.allowHosts.join('\n'),
  }
}

export function sameConnection(a: ConnectionDraft, b: ConnectionDraft): boolean {
  const isSamePlain = a.mode === b.mode && a.road === b.road && a.poll === b.poll && a.sweep === b.sweep
  return isSamePlain && a.hosts === b.hosts && sameDraft(a.site, b.site) && sameDraft(a.settings, b.settings)
}

/** The edits made on `base` put on top of what somebody else saved meanwhile: their other changes stay. */
export function rebaseConnection(
  edited: ConnectionDraft,
  base: ConnectionDraft,
  fresh: ConnectionDraft,
): ConnectionDraft {
  const pick = <K extends 'mode' | 'road' | 'poll' | 'sweep' | 'hosts'>(key: K) =>
    edited[key] === base[key] ? fresh[key] : edited[key]
  const road = pick('road')
  return {
    mode: pick('mode'),
    road,
    site: road === fresh.road ? rebaseDraft(edited.site, base.site, fresh.site) : edited.site,
    settings: rebaseDraft(edited.settings, base.settings, fresh.settings),
    poll: pick('poll'),
    sweep: pick('sweep'),
    hosts: pick('hosts'),
  }
}

/** How many inputs are not right. */
export function countProblems(detail: ConnectionDetail, draft: ConnectionDraft): number {
  const bad = (fields: readonly SettingField[], typed: Draft, stored: Tree) =>
    fields.filter((field) => problemOf(field, typed[field.path], isSecretMark(valueAt(stored, field.path))))
      .length
  const hosts = parseHosts(draft.hosts).filter((host) => !isHost(host)).length
  const times = [draft.poll, draft.sweep].filter((text) => text !== '' && !(Number(text) >= 1)).length
  const inSite = bad(siteFields(draft.road), draft.site, detail.site)
  return inSite + bad(detail.fields, draft.settings, detail.settings) + hosts + times
}

/** What to save. A secret goes out only where a new one was typed; those of a road that is left are taken away. */
export function connectionChange(detail: ConnectionDetail, draft: ConnectionDraft): ConnectionChange {
  return {
    version: detail.version,
    ...partsOf(detail, draft),
    schedule: { pollSeconds: seconds(draft.poll), sweepSeconds: seconds(draft.sweep) },
  }
}

/** What to check: what is typed, secrets included. Those that are only stored are found by the name. */
export function connectionTrial(detail: ConnectionDetail, draft: ConnectionDraft): CheckBody {
  return { name: detail.name, connector: detail.connector, ...partsOf(detail, draft) }
}

function partsOf(detail: ConnectionDetail, draft: ConnectionDraft) {
  return {
    mode: draft.mode,
    site: siteTree(detail, draft),
    settings: toTree(detail.fields, draft.settings, withoutSecrets(detail.settings)),
    security: { allowHosts: parseHosts(draft.hosts) },
  }
}

function siteTree(detail: ConnectionDetail, { road, site }: ConnectionDraft): Tree {
  const before = roadOf(detail.site)
  if (road === before || road === 'other') return toTree(siteFields(road), site, withoutSecrets(detail.site))
  const kept = new Set(siteFields(road).map(({ path }) => path))
  const left = secretPaths(detail.site).filter(({ path }) => !kept.has(path))
  const fresh: Tree = { ...toTree(siteFields(road), site, {}), kind: kindOf(road) }
  return left.reduce((tree, { path }) => withValue(tree, path, null), fresh)
}

function rebaseDraft(edited: Draft, base: Draft, fresh: Draft): Draft {
  return Object.fromEntries(
    Object.keys(fresh).map((path) => {
      const isMine = path in edited && !sameValue(edited[path], base[path])
      return [path, (isMine ? edited[path] : fresh[path]) ?? '']
    }),
  )
}

function seconds(text: string): number | null {
  return Number(text) > 0 ? Number(text) : null
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value)
}

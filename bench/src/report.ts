import { availableParallelism, loadavg } from 'node:os'
import { isMet, type Figure } from './figure.ts'
import { groups } from './options.ts'

const TITLES = {
  lists: 'Portal client (2 requests/s, burst 50, 20 ms a call + 0.2 ms a row)',
  e2e: 'Orders end to end (runtime : bare loop of the same calls)',
  intake: 'Durable intake (runtime : bare HTTP server)',
  store: 'Store (full : empty)',
  bridge: 'Site module in real PHP and MariaDB, over the stand-in kernel',
} as const

/** The figures as text: one table a group, what was compared, then the notes. */
export function toTable(figures: readonly Figure[]): string {
  const parts = groups.flatMap((group) => {
    const own = figures.filter((figure) => figure.group === group)
    return own.length === 0 ? [] : [`${TITLES[group]}\n${table(own)}${notes(own)}`]
  })
  const missed = figures.filter((figure) => !isMet(figure)).length
  const verdict = missed === 0 ? 'All figures are met.' : `${missed} of ${figures.length} figures NOT MET.`
  return [...parts, `${verdict} ${machine()}`].join('\n\n')
}

export function toJson(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => ({ ...figure, met: isMet(figure) }))
  return JSON.stringify({
    node: process.version,
    cores: availableParallelism(),
    load: loadavg(),
    figures: rows,
  })
}

function machine(): string {
  const [load = 0] = loadavg()
  return `Node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} at the end.`
}

function table(figures: readonly Figure[]): string {
  const others = [...new Set(figures.flatMap((figure) => figure.others.map(({ name }) => name)))]
  const head = ['', 'measured', 'to reach', '', ...others]
  const rows = figures.map((figure) => [
    figure.name,
    shown(figure.value, figure.unit),
    goalText(figure),
    isMet(figure) ? 'met' : 'NOT MET',
    ...others.map((name) => figure.others.find((other) => other.name === name)?.text ?? ''),
  ])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}

function notes(figures: readonly Figure[]): string {
  const lines = figures.flatMap(({ name, rounds, unit, fault, note }) => [
    ...(fault === null ? [] : [`  ! ${name}: ${fault}`]),
    ...(note === '' && rounds.length < 2
      ? []
      : [`  · ${name}: ${[note, spread(rounds, unit)].filter((part) => part !== '').join('; ')}`]),
  ])
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`
}

function spread(rounds: readonly number[], unit: Figure['unit']): string {
  if (rounds.length < 2) return ''
  return `${rounds.length} rounds, ${shown(Math.min(...rounds), unit)} to ${shown(Math.max(...rounds), unit)}`
}

function goalText({ goal, unit }: Figure): string {
  if (goal === null) return ''
  return `${goal.relation === 'at most' ? '≤' : '≥'} ${shown(goal.value, unit)}`
}

/** Seconds and ratios with two decimals, counts whole. */
export function shown(value: number, unit: Figure['unit']): string {
  return unit === 'requests' || unit === 'deliveries'
    ? `${Math.round(value)} ${unit}`
    : `${value.toFixed(2)} ${unit}`
}

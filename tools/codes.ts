import { writeFile } from 'node:fs/promises'
import { readCodeTable, readFactTable } from './code-table.ts'

// `npm run codes`: the documented codes and facts for the command line, one a line so that changes merge.
await write('codes.json', await readCodeTable())
await write('facts.json', await readFactTable())

async function write(name: string, table: Readonly<Record<string, unknown>>): Promise<void> {
  const rows = Object.entries(table)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, texts]) => `${JSON.stringify(key)}: ${JSON.stringify(texts)}`)
  await writeFile(new URL(`../packages/mufta/src/ui/${name}`, import.meta.url), `{\n${rows.join(',\n')}\n}\n`)
}

import { writeFile } from 'node:fs/promises'
import { readCodeTable } from './code-table.ts'

// `npm run codes`: the documented codes for the command line, a code a line so that changes merge.
const rows = Object.entries(await readCodeTable())
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, texts]) => `${JSON.stringify(code)}: ${JSON.stringify(texts)}`)
await writeFile(
  new URL('../packages/mufta/src/ui/codes.json', import.meta.url),
  `{\n${rows.join(',\n')}\n}\n`,
)

import type { Plugin } from 'vite'
import { readCodeTable, readFactTable } from '../../../tools/code-table.ts'

const name = 'virtual:mufta-codes'

/** Gives the page the documented error codes and facts (docs/en|ru/errors.md), so that both say the same. */
export function codesPlugin(): Plugin {
  return {
    name: 'mufta:codes',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: async (id) =>
      id === `\0${name}`
        ? `export default ${JSON.stringify({ codes: await readCodeTable(), facts: await readFactTable() })}`
        : undefined,
  }
}

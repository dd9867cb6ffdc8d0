import { measureBridge } from './bridge/bridge.ts'
import { measureEndToEnd } from './e2e/e2e.ts'
import { isMet, type Figure } from './figure.ts'
import { measureIntake } from './intake/intake.ts'
import { measureLists } from './lists/lists.ts'
import { HELP, optionsFor, readOptions, type BenchOptions, type Group } from './options.ts'
import { measureStore } from './store/store.ts'
import { toJson, toTable } from './report.ts'

type Measure = (options: BenchOptions, progress: (line: string) => void) => Promise<readonly Figure[]>

const measures: Readonly<Record<Group, Measure>> = {
  lists: measureLists,
  e2e: measureEndToEnd,
  intake: measureIntake,
  store: measureStore,
  bridge: measureBridge,
}

/** Runs the chosen groups one after another and prints what came out. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === null) {
    console.log(HELP)
    return 0
  }
  const figures: Figure[] = []
  for (const group of options.only)
    figures.push(...(await measures[group](optionsFor(group, options), progress)))
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  console.log(options.json ? toJson(figures) : toTable(figures))
  return options.strict && !figures.every(isMet) ? 1 : 0
}

/** One line that is overwritten; nothing where nobody watches. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`)
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof TypeError ? error.message : error)
  return error instanceof TypeError ? 2 : 1
})

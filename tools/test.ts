import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { argv, execPath, exit, stdout } from 'node:process'

/** Suites that mostly wait, for real processes or for a browser: each group runs beside the others. */
const WAITING = [
  ['test/crash.test.ts', 'test/packed.test.ts', 'test/e2e-tryton.test.ts', 'examples/'],
  [
    'packages/admin/',
    'packages/mufta/test/bridge-',
    'packages/mufta/test/page-bridge',
    'packages/mufta/test/site-by-',
  ],
] as const
const ALL = [
  'test/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'connectors/*/test/**/*.test.ts',
  'examples/*/test/**/*.test.ts',
]

// `npm test`: the whole suite in three processes side by side. With file names: only those.
const named = argv.slice(2)
const files =
  named.length > 0
    ? named
    : globSync(ALL)
        .filter((file) => !file.includes('node_modules'))
        .toSorted()
const groupOf = (file: string): number =>
  WAITING.findIndex((group) => group.some((start) => file.startsWith(start)))
const groups = Map.groupBy(files, groupOf)

const ends = await Promise.all([...groups.values()].map(run))
for (const { output } of ends) stdout.write(output)
exit(ends.every(({ code }) => code === 0) ? 0 : 1)

async function run(group: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(execPath, ['--test', '--test-isolation=none', '--test-reporter=spec', ...group], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: '.cache/node' },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? 1, output }
}

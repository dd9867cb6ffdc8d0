import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { argv, execPath, exit, stdout } from 'node:process'

/**
 * What fills the second core. Seconds of CPU with all children: crash 60, packed 21, examples 19, e2e-tryton 7, against
 * 118 of all the others, of which the page in its browser 30, the command line 30, the bridge 25, the runtime 17.
 */
const SECOND = ['test/crash.test.ts', 'test/packed.test.ts', 'test/e2e-tryton.test.ts', 'examples/']
const ALL = [
  'test/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'connectors/*/test/**/*.test.ts',
  'examples/*/test/**/*.test.ts',
]

// `npm test`: the whole suite in two processes side by side. With file names: only those.
const named = argv.slice(2)
const files =
  named.length > 0
    ? named
    : globSync(ALL)
        .filter((file) => !file.includes('node_modules'))
        .toSorted()
const isSecond = (file: string): boolean => SECOND.some((start) => file.startsWith(start))
const halves = [files.filter((file) => !isSecond(file)), files.filter(isSecond)].filter(
  (half) => half.length > 0,
)

const ends = await Promise.all(halves.map(run))
for (const { output } of ends) stdout.write(output)
exit(ends.every(({ code }) => code === 0) ? 0 : 1)

async function run(half: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(execPath, ['--test', '--test-isolation=none', '--test-reporter=spec', ...half], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: '.cache/node' },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? 1, output }
}

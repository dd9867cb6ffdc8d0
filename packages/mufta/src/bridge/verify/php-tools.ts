import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { writeFolder, type ModuleFiles } from '../module-files.ts'
import { words, type Fault } from './built.ts'

const run = promisify(execFile)

/** One PHP file is checked in a few ms; a whole module must not hang the command. */
const TIMEOUT_MS = 60_000

/** What only PHP's own tools can say. `skipped` names those that are not installed. */
export async function phpTools(
  files: ModuleFiles,
  signal: AbortSignal,
): Promise<{ readonly faults: readonly Fault[]; readonly skipped: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'mufta-verify-'))
  try {
    writeFolder(join(folder, 'module'), files, true)
    const checks = await Promise.all([
      lint(join(folder, 'module'), files, signal),
      codeStyle(join(folder, 'module'), signal),
    ])
    return {
      faults: checks.flatMap(({ faults }) => faults),
      skipped: checks.flatMap(({ skipped }) => skipped),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Outcome {
  readonly faults: readonly Fault[]
  readonly skipped: readonly string[]
}

async function lint(folder: string, files: ModuleFiles, signal: AbortSignal): Promise<Outcome> {
  const paths = [...files.keys()].filter((name) => name.endsWith('.php'))
  const faults: Fault[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE)
    const results = await Promise.all(
      some.map((path) => call('php', lintOptions(join(folder, path)), signal)),
    )
    if (results.includes(null)) return { faults, skipped: ['php -l'] }
    faults.push(...results.flatMap((result, index) => lintFault(some[index] ?? '', folder, result)))
  }
  return { faults, skipped: [] }
}

const AT_ONCE = availableParallelism()

function lintOptions(file: string): readonly string[] {
  return ['-n', '-d', 'error_reporting=-1', '-d', 'display_errors=1', '-l', file]
}

function lintFault(path: string, folder: string, result: Awaited<ReturnType<typeof call>>): Fault[] {
  const { code, output } = result ?? { code: 0, output: '' }
  const said = output.split('\n').find((line) => /(error|warning|deprecated|notice):/i.test(line))
  if (code === 0 && said === undefined) return []
  const line = Number(/on line (\d+)/.exec(said ?? '')?.[1] ?? 1)
  const message =
    said === undefined ? words('is not PHP', 'не PHP') : said.replaceAll(`${folder}/`, '').slice(0, 200)
  return [{ rule: 'PHP_LINT', file: path, line, message }]
}

/** PSR-12; the installer alone keeps the names that the kernel wants of it. */
const INSTALLER_EXCEPT = [
  'PSR1.Files.SideEffects',
  'PSR1.Classes.ClassDeclaration',
  'Squiz.Classes.ValidClassName',
  'PSR1.Methods.CamelCapsMethodName',
]

async function codeStyle(folder: string, signal: AbortSignal): Promise<Outcome> {
  const common = ['--standard=PSR12', '--report=json', '--extensions=php', '-q', '-n']
  const runs = [
    [...common, '--ignore=*/install/index.php', folder],
    [...common, `--exclude=${INSTALLER_EXCEPT.join(',')}`, join(folder, 'install/index.php')],
  ]
  const faults: Fault[] = []
  for (const options of runs) {
    const result = await call('phpcs', options, signal)
    if (result === null) return { faults, skipped: ['phpcs'] }
    faults.push(...styleFaults(result.output, folder))
  }
  return { faults, skipped: [] }
}

interface StyleReport {
  readonly files: Readonly<
    Record<string, { readonly messages: readonly { message: string; source: string; line: number }[] }>
  >
}

function styleFaults(output: string, folder: string): Fault[] {
  let report: StyleReport
  try {
    report = JSON.parse(output) as StyleReport
  } catch {
    return [{ rule: 'PHP_STYLE', file: '', message: words('phpcs gave no report', 'phpcs не дал отчёта') }]
  }
  return Object.entries(report.files).flatMap(([path, { messages }]) =>
    messages
      // Files with HTML or texts have side effects by their nature.
      .filter(({ source }) => !source.startsWith('PSR1.Files.SideEffects'))
      .map(({ message, source, line }) => ({
        rule: 'PHP_STYLE',
        file: relative(folder, path),
        line,
        message: `${message} (${source})`,
      })),
  )
}

/** null = the program is not there. */
async function call(
  program: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly output: string } | null> {
  try {
    const { stdout, stderr } = await run(program, [...options], {
      signal,
      timeout: TIMEOUT_MS,
      maxBuffer: 1 << 26,
    })
    return { code: 0, output: `${stdout}${stderr}` }
  } catch (error) {
    signal.throwIfAborted()
    const failed = error as { code?: unknown; stdout?: string; stderr?: string }
    if (failed.code === 'ENOENT') return null
    return {
      code: typeof failed.code === 'number' ? failed.code : 1,
      output: `${failed.stdout ?? ''}${failed.stderr ?? ''}`,
    }
  }
}

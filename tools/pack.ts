import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { argv, exit, stderr } from 'node:process'
import { publishedManifest, templateManifest, type Manifest } from './published-manifest.ts'

/** In the order in which they may be published: a package comes after those it needs. */
const FOLDERS = [
  'packages/kit',
  'packages/bitrix',
  'packages/runtime',
  'packages/testing',
  'connectors/retailcrm',
  'packages/mufta',
] as const
const COMMAND = 'packages/mufta'
const TEMPLATE = 'templates/connector/package.json'

// `npm run pack`: packages that can be installed, as tarballs, into dist-packs/ or the folder that is named.
const root = join(import.meta.dirname, '..')
const out = resolve(root, argv[2] ?? 'dist-packs')
const page = join(root, 'packages/admin/dist')
if (!existsSync(join(page, 'index.html'))) {
  stderr.write('The admin page is not built: npm run build\n')
  exit(1)
}
const manifests = new Map(FOLDERS.map((folder) => [folder, readManifest(join(folder, 'package.json'))]))
const versions = new Map([...manifests.values()].map(({ name, version }) => [name, version]))
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
// Types are checked by "npm run types", the tests by use of what comes out.
run('tsc', ['-p', 'tools/tsconfig.pack.json', '--noCheck', '--outDir', join(out, '.build')])
const stages = FOLDERS.map(stage)
run('npm', ['pack', '--silent', '--pack-destination', out, ...stages])
for (const name of ['.build', '.stage']) rmSync(join(out, name), { recursive: true })

/** A package as it will be unpacked: dist/ stands where src/ stood, so that paths from there stay right. */
function stage(folder: (typeof FOLDERS)[number]): string {
  const manifest = manifests.get(folder) as Manifest
  const target = join(out, '.stage', folder)
  const put = (from: string, to: string): void =>
    cpSync(resolve(root, from), join(target, to), { recursive: true })
  put(join(out, '.build', folder, 'src'), 'dist')
  put('LICENSE', 'LICENSE')
  writeJson(join(target, 'package.json'), publishedManifest(manifest, versions))
  if (folder === COMMAND) {
    put(page, 'admin')
    for (const name of ['README.md', 'templates', 'bridge/module']) put(join(folder, name), name)
    const template = readManifest(join(folder, TEMPLATE))
    writeJson(join(target, TEMPLATE), templateManifest(template, versions))
    chmodSync(join(target, 'dist/main.js'), 0o755)
  } else {
    const { name, description } = manifest
    writeFileSync(
      join(target, 'README.md'),
      `# ${name}\n\n${description}.\n\nA part of \`mufta\`: start there.\n`,
    )
  }
  return target
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

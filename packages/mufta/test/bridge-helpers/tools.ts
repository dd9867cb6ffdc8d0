import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Why the tests with real PHP and MariaDB cannot run here, or `false`. In CI they may not be skipped: there a missing
 * tool lets the test run and fail.
 */
export function skipWithoutPhp(): string | false {
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') return false
  const missing = missingTools()
  return missing.length === 0 ? false : `not installed here: ${missing.join(', ')}`
}

export function hasTool(name: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
  return folders.some((folder) => existsSync(`${folder}/${name}`))
}

let missing: readonly string[] | undefined

function missingTools(): readonly string[] {
  missing ??= [
    ...['php', 'mariadbd', 'mariadb-install-db'].filter((name) => !hasTool(name)),
    ...(hasTool('php') ? missingExtensions() : []),
  ]
  return missing
}

function missingExtensions(): readonly string[] {
  const { stdout } = spawnSync('php', ['-m'], { encoding: 'utf8' })
  const loaded = new Set(stdout.toLowerCase().split('\n'))
  return ['mysqli', 'curl', 'mbstring', 'openssl', 'posix']
    .filter((name) => !loaded.has(name))
    .map((name) => `php-${name}`)
}

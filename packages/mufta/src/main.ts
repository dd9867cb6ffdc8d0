#!/usr/bin/env node
import module from 'node:module'

// Nothing of an older Node's lacks may be loaded before this is said: its own words would be a riddle.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 11)) {
  const is = process.versions.node
  process.stderr.write(
    `Mufta needs Node 24.11 or later, this is ${is}. / Нужен Node 24.11 или новее, это ${is}.\n`,
  )
  process.exit(2)
}

// Twice as quick a start from the second time on. It must be on before the rest is loaded.
module.enableCompileCache()
const { main } = await import('./cli.ts')

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
})

import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { exit, stderr, stdout } from 'node:process'

// Plain JavaScript: `npm ci` runs it, also with `--omit=dev`, where the machine's own Node is all there is.
if (existsSync('node_modules/vite')) {
  try {
    execSync('npm run --silent build', { stdio: 'pipe' })
  } catch (error) {
    stderr.write(`The admin page cannot be built:\n${error.stdout}${error.stderr}`)
    exit(1)
  }
} else {
  stdout.write('The admin page is not built: that takes the development dependencies.\n')
}

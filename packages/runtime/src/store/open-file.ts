import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from './errors.ts'

/** The runtime works the queue, alone on its file; a tool looks and redrives beside it. */
export type StoreRole = 'runtime' | 'tool'

export const MEMORY = ':memory:'

/**
 * Makes the file (and its folder) for its owner only: it holds portal tokens. SQLite gives its side files the same
 * rights. An existing file is never opened here: closing it would drop SQLite's locks in this process
 * (sqlite.org/howtocorrupt.html, section 2.2).
 * @throws StoreError `STORE_MISSING` for a tool, which makes no store
 */
export function prepareFile(path: string, role: StoreRole): void {
  if (path === MEMORY || existsSync(path)) return
  if (role === 'tool') {
    throw new StoreError('STORE_MISSING', {
      en: 'There is no store yet; check the path, or start "mufta run" once',
      ru: 'Хранилища ещё нет: проверьте путь или запустите один раз «mufta run»',
    })
  }
  try {
    mkdirSync(dirname(path), { recursive: true })
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw new StoreError(
      'STORE_IO',
      'The store cannot be made; check its path and the rights of its folder',
      {
        cause: error,
      },
    )
  }
}

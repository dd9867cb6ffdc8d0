import type { ModuleFiles } from '../module-files.ts'
import { openBuilt, type Fault } from './built.ts'
import { phpTools } from './php-tools.ts'
import { dangerRules } from './rules-danger.ts'
import { fileRules } from './rules-files.ts'
import { floorRules } from './rules-floor.ts'
import { nameRules } from './rules-names.ts'
import { structureRules } from './rules-structure.ts'

export interface Verification {
  /** "vendor.name", when the installer declares one. */
  readonly id: string | null
  readonly files: number
  readonly faults: readonly Fault[]
  /** Checks for which a program is missing on this machine. */
  readonly skipped: readonly string[]
}

/** The static checks of a built module that need nothing but its text. */
export function verifyText(files: ModuleFiles, folder: string | null): Omit<Verification, 'skipped'> {
  const built = openBuilt(files, folder)
  const faults = [fileRules, structureRules, nameRules, dangerRules, floorRules].flatMap((rules) =>
    rules(built),
  )
  return { id: built.names?.id ?? null, files: files.size, faults: inOrder(faults) }
}

/** All static checks; those of PHP's own tools where these are installed. */
export async function verifyModule(
  files: ModuleFiles,
  folder: string | null,
  signal: AbortSignal,
): Promise<Verification> {
  const text = verifyText(files, folder)
  const { faults, skipped } = await phpTools(files, signal)
  return { ...text, faults: inOrder([...text.faults, ...faults]), skipped }
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0),
  )
}

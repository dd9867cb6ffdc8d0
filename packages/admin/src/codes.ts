import { shallowRef } from 'vue'

interface CodeText {
  readonly means: string
  readonly todo: string
}

export type CodeTable = Readonly<Record<string, { readonly en: CodeText; readonly ru: CodeText }>>

export type FactTable = Readonly<Record<string, { readonly en: string; readonly ru: string }>>

/** Every documented error code with its meaning and cure in both languages; null until it is read. */
export const codeTable = shallowRef<CodeTable | null>(null)

/** What the facts of errors are called; null until it is read. */
export const factTable = shallowRef<FactTable | null>(null)

/** Reads the tables once, apart from the first load. */
export async function loadCodes(): Promise<void> {
  if (codeTable.value !== null) return
  const { codes, facts } = (await import('virtual:mufta-codes')).default
  factTable.value = facts
  codeTable.value = codes
}

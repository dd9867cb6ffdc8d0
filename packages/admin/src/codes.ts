import { shallowRef } from 'vue'

interface CodeText {
  readonly means: string
  readonly todo: string
}

export type CodeTable = Readonly<Record<string, { readonly en: CodeText; readonly ru: CodeText }>>

/** Every documented error code with its meaning and cure in both languages; null until it is read. */
export const codeTable = shallowRef<CodeTable | null>(null)

/** Reads the table once, apart from the first load. */
export async function loadCodes(): Promise<void> {
  if (codeTable.value === null) codeTable.value = (await import('virtual:mufta-codes')).default
}

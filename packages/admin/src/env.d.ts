declare module 'virtual:mufta-codes' {
  import type { CodeTable, FactTable } from './codes.ts'
  const tables: { readonly codes: CodeTable; readonly facts: FactTable }
  export default tables
}

declare module '@bitrix24/b24icons-vue/outline/*' {
  import type { FunctionalComponent, SVGAttributes } from 'vue'
  const icon: FunctionalComponent<SVGAttributes>
  export default icon
}

declare module 'virtual:mufta-codes' {
  import type { CodeTable } from './codes.ts'
  const table: CodeTable
  export default table
}

declare module '@bitrix24/b24icons-vue/outline/*' {
  import type { FunctionalComponent, SVGAttributes } from 'vue'
  const icon: FunctionalComponent<SVGAttributes>
  export default icon
}

export type { RetailCrmKey, RetailCrmScope } from './access.ts'
export type { RetailCrmItemView, RetailCrmOrderView, RetailCrmPaymentView } from './order-view.ts'
export { runRetailCrm } from './run.ts'
export {
  startRetailCrm,
  type RetailCrmOptions,
  type RetailCrmStats,
  type SimulatedRetailCrm,
} from './server.ts'
export type { UserChange, UserItemChange, UserPaymentChange } from './user-edit.ts'

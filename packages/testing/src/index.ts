export { orderSamples, runPortal, startPortal } from './portal/index.ts'
export type {
  ItemInput,
  OrderChange,
  OrderInput,
  OutgoingWebhook,
  PaymentInput,
  PortalLatency,
  PortalLimits,
  PortalOptions,
  PortalStats,
  ShipmentInput,
  SimulatedPortal,
  SyntheticRows,
} from './portal/index.ts'
export { runRetailCrm, startRetailCrm } from './retailcrm/index.ts'
export type {
  RetailCrmItemView,
  RetailCrmKey,
  RetailCrmOptions,
  RetailCrmOrderView,
  RetailCrmPaymentView,
  RetailCrmScope,
  RetailCrmStats,
  SimulatedRetailCrm,
  UserChange,
  UserItemChange,
  UserPaymentChange,
} from './retailcrm/index.ts'
export { startSimServer } from './sim/index.ts'
export type {
  FaultDial,
  FaultKind,
  SimAnswer,
  SimRequest,
  SimServer,
  SimServerOptions,
  SimStats,
} from './sim/index.ts'

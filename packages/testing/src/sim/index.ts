export { faultKinds, seededRandom, type FaultDial, type FaultKind } from './faults.ts'
export {
  startSimServer,
  type SimAnswer,
  type SimRequest,
  type SimServer,
  type SimServerOptions,
  type SimStats,
} from './http.ts'

export { ApiClient } from './api-client.ts'
export type { Price, Product, Stock } from './catalog.ts'
export type {
  ApiCallOptions,
  ApiClientOptions,
  ApiRequest,
  ApiResponse,
  Explanation,
  HttpMethod,
} from './client.ts'
export { defineConnector } from './connector.ts'
export type {
  BudgetOptions,
  BudgetRegistry,
  CheckContext,
  Connector,
  ConnectorContext,
  ConnectorLog,
  InstallContext,
  Installer,
  RateBudget,
} from './connector.ts'
export { decimalNumber, decimalText, moneyNumber } from './converter.ts'
export type { Converter } from './converter.ts'
export { describeSettings, settingKinds } from './describe-settings.ts'
export type { SettingField, SettingKind } from './describe-settings.ts'
export {
  AbortedError,
  AuthError,
  ConfigError,
  errorWords,
  MuftaError,
  ParkError,
  PermanentError,
  RateLimitedError,
  RetryableError,
  UnknownOutcomeError,
} from './errors.ts'
export type { Disposition, ErrorFacts, ErrorOptions } from './errors.ts'
export { failedFinding } from './findings.ts'
export { poll, sync } from './flow.ts'
export type {
  BulkOutcome,
  ChangeFeed,
  ExternalChange,
  ExternalChangePage,
  ExternalRecord,
  FlowContext,
  SyncFlow,
} from './flow.ts'
export { HookError } from './hook-error.ts'
export { HttpTransport } from './http-transport.ts'
export type { TransportAnswer, TransportOptions, TransportRequest } from './http-transport.ts'
export { decodeJson } from './json.ts'
export { directions, mapper } from './mapper.ts'
export type {
  CheckMismatch,
  Direction,
  FieldRoute,
  FieldRule,
  Json,
  Mapper,
  MapperFields,
  Owner,
  Values,
} from './mapper.ts'
export type { Field, FieldOptions, FieldWords, Lens, ListOptions } from './mapper-fields.ts'
export { decimal, money, sameMoney, toDecimal } from './money.ts'
export type { Decimal, Money } from './money.ts'
export { deliveryCost, grossPrice, propertyRoles, withVat } from './order.ts'
export type {
  BasketItem,
  Customer,
  Order,
  OrderPatch,
  OrderProperty,
  Payment,
  PropertyRole,
  Shipment,
} from './order.ts'
export { encodeQuery, parsePhpForm } from './query.ts'
export type { FormLimits } from './query.ts'
export { createBudgetRegistry, createRateBudget } from './rate-budget.ts'
export type { BudgetClock } from './rate-budget.ts'
export { createRedactor, redact, safeCause, safeText, safeUrl } from './redact.ts'
export type { Redactor } from './redact.ts'
export { Secret, secretsOf } from './secret.ts'
export { findProblems, httpsUrl, mapping, parseSettings, secret } from './settings.ts'
export { rule } from './setting-problems.ts'
export type { SettingProblem } from './setting-problems.ts'
export type { SettingMeta } from './settings.ts'
export { shopDictionaries } from './shop.ts'
export type {
  CallOptions,
  ChangePage,
  DictionaryEntry,
  EventQueue,
  Finding,
  HookRequest,
  HookResult,
  Shop,
  ShopDictionaries,
  ShopDictionary,
  ShopEvent,
} from './shop.ts'
export { statusMap } from './status-map.ts'
export type { StatusMap, StatusMapOptions } from './status-map.ts'
export { TransportError } from './transport-error.ts'
export type { TransportReason } from './transport-error.ts'
export { checkUrl, createLookup } from './url-policy.ts'
export { wordsIn } from './words.ts'
export type { Language, Title, Words } from './words.ts'

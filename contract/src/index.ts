export * from "./access-codes.ts";
export * from "./branch-settings.ts";
export * from "./event.ts";
export { type ConsentPurpose, ConsentPurpose as ConsentPurposeSchema } from "./events/consent.ts";
export type { DeviceProof } from "./events/device.ts";
export type { GuestDetails, SignInMethod } from "./events/guest.ts";
export type { VisitSource } from "./events/visit.ts";
export * from "./ingest.ts";
export * from "./known-guests.ts";
export {
  CoovaNas,
  MacForm,
  MerakiClickThroughNas,
  Nas,
  OpenndsNas,
  RadiusVendor,
  SessionName,
  VendorNas,
  WebLoginNas,
  WebLoginVendor,
} from "./nas-settings.ts";
export { joinPersonal, type Language, splitPersonal } from "./personal.ts";

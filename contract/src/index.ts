export * from "./access-codes.ts";
export * from "./branch-settings.ts";
export { OmadaNas, UnifiNas, WifidogNas } from "./controller-settings.ts";
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
  Nas,
  OpenndsNas,
  RadiusVendor,
  RuckusControllerNas,
  SessionName,
  VendorNas,
} from "./nas-settings.ts";
export { joinPersonal, type Language, splitPersonal } from "./personal.ts";

// What browsers may read as well: nothing in it needs Node.
export * from "./access-codes.ts";
export * from "./advert-tags.ts";
export * from "./box-certificate.ts";
export * from "./box-commands.ts";
export * from "./box-report.ts";
export * from "./box-upgrade.ts";
export * from "./branch-settings.ts";
export * from "./brand.ts";
export * from "./code-answers.ts";
export { OmadaNas, RuckusOneNas, UnifiNas, WifidogNas } from "./controller-settings.ts";
export * from "./coupon-news.ts";
export * from "./coupons.ts";
export { AllowedDestinations, isAllowedDestination, readDestination } from "./destinations.ts";
export { DEVICE_RULES_MAX, DeviceRule } from "./device-rules.ts";
export * from "./device-words.ts";
export * from "./door-notes.ts";
export { EMAIL_CHARACTERS_MAX, normaliseEmail } from "./email.ts";
export * from "./event.ts";
export type { Purged } from "./events/box.ts";
export { CODE_SECONDS_MAX, CodeMessage, Contact } from "./events/code.ts";
export {
  type ConsentPurpose,
  ConsentPurpose as ConsentPurposeSchema,
  type ConsentWay,
  ConsentWay as ConsentWaySchema,
  MESSAGE_CHANNELS,
  MessageChannel,
} from "./events/consent.ts";
export { CredentialEnd } from "./events/credential.ts";
export type { DeviceProof } from "./events/device.ts";
export type { GuestDetails, SignInMethod } from "./events/guest.ts";
export { type OutboxThinned, THINNED_RANGES_MAX } from "./events/outbox.ts";
export { SIGN_IN_STRETCHES_MAX, type SignInCounted } from "./events/sign-in.ts";
export type { VisitSource } from "./events/visit.ts";
export * from "./guest-fields.ts";
export * from "./guest-questions.ts";
export * from "./ingest.ts";
export * from "./known-guests.ts";
export { chooseWords, hasWords, LocalText } from "./local-text.ts";
export * from "./marketing-text.ts";
export { MEMBER_CODE_DIGITS, MemberCode } from "./member-codes.ts";
export * from "./nas-orders.ts";
export {
  CiscoCwaNas,
  CoovaNas,
  GatewayNas,
  MacForm,
  MerakiClickThroughNas,
  Nas,
  OpenndsNas,
  RadiusVendor,
  RuckusControllerNas,
  SessionName,
  VendorNas,
  WebLoginNas,
  WebLoginVendor,
} from "./nas-settings.ts";
export * from "./nas-sights.ts";
export * from "./page-settings.ts";
export { isDay, joinPersonal, type Language, splitPersonal, Timestamp } from "./personal.ts";
export * from "./retention.ts";
export * from "./room-stays.ts";
export * from "./sealed-fields.ts";
export * from "./survey-answers.ts";
export * from "./surveys.ts";
export * from "./told-parts.ts";
export { listWaysIn, WAYS_IN, type WayIn } from "./ways-in.ts";
export * from "./weekly-hours.ts";

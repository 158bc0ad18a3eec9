export * from "./access-codes.ts";
export * from "./advert-events.ts";
export * from "./box-certificate.ts";
export {
  beginBoot,
  type ClockOutcome,
  type ClockReading,
  correctClock,
  findClockReading,
  noteTimeSeen,
  type TimeTold,
  timeOf,
} from "./box-time.ts";
export { CLAIMS_MAX } from "./claims.ts";
export { type BoxTime, createBoxTime, openStoreInBoxTime } from "./clocked-store.ts";
export * from "./code-requests.ts";
export * from "./codes.ts";
export { isKeySealed, type Sealing, sealColumnKey } from "./column-key.ts";
export * from "./commands.ts";
export * from "./consents.ts";
export { copyStore, reviveStore } from "./copy-store.ts";
export * from "./coupons.ts";
export * from "./credentials.ts";
export {
  type DeviceDescription,
  type DeviceWord,
  describeDevice,
  findNewDescription,
} from "./device-descriptions.ts";
export * from "./device-links.ts";
export { findDeviceByToken, issueDeviceToken, keepsDeviceToken } from "./device-tokens.ts";
export * from "./devices.ts";
export * from "./disconnects.ts";
export * from "./door-notes.ts";
export { findLastErasedRow, isErasedGuest } from "./erased-guests.ts";
export * from "./find-sessions.ts";
export * from "./guest-fields.ts";
export * from "./guest-questions.ts";
export * from "./guest-requests.ts";
export * from "./guests.ts";
export * from "./hold-alone.ts";
export * from "./identity.ts";
export { adoptKnownGuest, findKnownGuestByMac } from "./known-devices.ts";
export {
  addKnownGuests,
  applyKnownGuests,
  findGuestMarks,
  findKnownFields,
  findKnownGuestByEmail,
  findKnownGuestByPhone,
  findKnownVisits,
  isKnownGuest,
  type KnownGuestRecord,
  type KnownVisits,
} from "./known-guests.ts";
export { adoptByToken, isKnownByToken } from "./known-tokens.ts";
export * from "./legal-words.ts";
export * from "./machine-clock.ts";
export {
  keepMemberAdmission,
  type MemberAdmission,
  purgeMemberAdmissions,
} from "./member-admissions.ts";
export * from "./member-codes.ts";
export * from "./member-links.ts";
export * from "./nas-sights.ts";
export { findHolderLastHeard } from "./number-holders.ts";
export {
  type BranchReader,
  type BranchStore,
  keepOnlyIf,
  openBranchReader,
  openBranchStore,
  type Reader,
  STORE_FILE,
  type Transaction,
} from "./open.ts";
export {
  acknowledge,
  appendEvent,
  countUnsent,
  findEpoch,
  findLastSeq,
  listToldDevices,
  listUnsent,
  listWritten,
  listWrittenOf,
  type WrittenEvent,
  walkUnsent,
} from "./outbox.ts";
export * from "./outbox-size.ts";
export * from "./outbox-state.ts";
export { findPullPosition, type HeldPosition } from "./pull-position.ts";
export {
  addPurged,
  beginPurge,
  finishPurge,
  lookWhetherPurgeIsDue,
  NOTHING_PURGED,
  type PurgePlace,
  purgeSlice,
} from "./purge.ts";
export { keepRecentLines, type RecentLines, readRecentLines } from "./recent-lines.ts";
export * from "./room-sign-ins.ts";
export { sealUnsent } from "./seal-unsent.ts";
export { findSealingKey, keepSealingKey } from "./sealing-key.ts";
export * from "./sessions.ts";
export * from "./settings.ts";
export * from "./shown-pages.ts";
export * from "./signing-nas.ts";
export * from "./state-folder.ts";
export * from "./supervision.ts";
export * from "./survey-answers.ts";
export {
  THINNING_STAGES,
  type Thinned,
  type ThinningStage,
  type ThinningStep,
  thinOutbox,
} from "./thin-outbox.ts";
export * from "./tickets.ts";
export { countOtherDevices, findUsage, type UsageQuestion } from "./usage.ts";
export * from "./viewers.ts";
export {
  closeDueVisits,
  enterPassively,
  findOpenVisit,
  findVisitNumber,
  findVisitNumbers,
  type Visit,
} from "./visits.ts";

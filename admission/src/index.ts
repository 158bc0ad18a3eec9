export { endOfDay, startOfDay, startOfWeek, toMoment, toWallTime } from "./calendar.ts";
export { type CodeEnd, type CodeRight, findCodeEnd } from "./code-end.ts";
export { isBirthday } from "./days.ts";
export { findBlock, findDeviceRule, isBlocked } from "./device-rules.ts";
export { findAllowedUntil, findNextOpening } from "./hours.ts";
export {
  choosePage,
  isPageDue,
  listMisfits,
  type Moment,
  type PageCondition,
  type PageQuestion,
  type ShownPage,
  strangerOf,
  type Viewer,
  whatPagesAsk,
} from "./page.ts";
export { choosePolicy, isVolumeUsedUp, type Limits, type LogIn, limitsOf } from "./policy.ts";
export {
  type AccessRefusal,
  NO_USAGE,
  type Remaining,
  type RemainingQuestion,
  remainingLimits,
  type Usage,
  type Used,
} from "./remaining.ts";

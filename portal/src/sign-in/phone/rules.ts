import type { PendingCode } from "@foyer/branch-store";
import type { SignInSettings } from "@foyer/contract";

type PhoneSettings = SignInSettings["phone"];

export const LIMIT_WINDOW_SECONDS = 60 * 60;

/**
 * How many attempts an hour there may be for each message that is allowed: a gateway that fails may
 * send all the same, and wants to be left alone besides.
 */
const ATTEMPTS_PER_MESSAGE_MAX = 3;

/** Of the last hour, those just being sent included: messages that a channel took, and attempts. */
export type MessageCount = { taken: number; attempts: number };
export type MessageCounts = Record<"ofPhone" | "ofDevice" | "ofBranch", MessageCount>;

export type MessageLimit = "phone" | "device" | "branch";

/** Which limit against code pumping one more message would break; null when none. */
export function findBrokenLimit(
  settings: PhoneSettings,
  { ofPhone, ofDevice, ofBranch }: MessageCounts,
): MessageLimit | null {
  if (isUsedUp(ofPhone, settings.messagesPerPhoneHour)) return "phone";
  if (isUsedUp(ofDevice, settings.messagesPerDeviceHour)) return "device";
  if (isUsedUp(ofBranch, settings.messagesPerBranchHour)) return "branch";
  return null;
}

const isUsedUp = ({ taken, attempts }: MessageCount, messagesMax: number): boolean =>
  taken >= messagesMax || attempts >= messagesMax * ATTEMPTS_PER_MESSAGE_MAX;

/** Whether another try at this code is allowed. */
export function hasTriesLeft(code: PendingCode, settings: PhoneSettings): boolean {
  return code.tries < settings.triesMax;
}

export type Resend =
  | { kind: "now" }
  | { kind: "wait"; seconds: number }
  /** The settings allow no more messages with this code. */
  | { kind: "never" };

/** When the same code may be sent again. */
export function planResend(code: PendingCode, settings: PhoneSettings, now: Date): Resend {
  if (code.deliveries > settings.resendsMax) return { kind: "never" };
  const seconds = secondsToWait(code, settings, now);
  return seconds > 0 ? { kind: "wait", seconds } : { kind: "now" };
}

/** How long after an attempt to send this code there is to be no other, whatever came of it. */
export function secondsToWait(
  { lastSentAt }: PendingCode,
  { resendAfterSeconds }: PhoneSettings,
  now: Date,
): number {
  // A moment still to come is of a clock that was put back since.
  if (lastSentAt === null || lastSentAt > now) return 0;
  const due = lastSentAt.getTime() + resendAfterSeconds * 1000;
  return Math.max(0, Math.ceil((due - now.getTime()) / 1000));
}

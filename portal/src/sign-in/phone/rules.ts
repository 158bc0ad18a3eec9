import type { PendingCode } from "@foyer/branch-store";
import type { SignInSettings } from "@foyer/contract";

type PhoneSettings = SignInSettings["phone"];

export const LIMIT_WINDOW_SECONDS = 60 * 60;

/**
 * How many attempts an hour there may be for each message that is allowed: a gateway that fails may
 * send all the same, and wants to be left alone besides.
 */
const ATTEMPTS_PER_MESSAGE_MAX = 3;

/** Those just being sent included: messages that a channel took, and attempts. */
export type MessageCount = { taken: number; attempts: number };
/** Of the last hour, and of the day of the branch's calendar. Null: not told apart. */
export type MessageCounts = Record<"ofPhone" | "ofDevice" | "ofBranch" | "ofDay", MessageCount> & {
  ofAddress: MessageCount | null;
  ofPrefix: MessageCount | null;
};

/** `phone`: of the contact, be it a number or an address. */
export type MessageLimit = "phone" | "device" | "address" | "prefix" | "branch" | "day";

/** Where the settings say nothing: one household behind one address, one family of numbers. */
const MESSAGES_PER_ADDRESS_HOUR = 20;
const MESSAGES_PER_PREFIX_HOUR = 20;

/** Which limit against code pumping one more message would break; null when none. */
export function findBrokenLimit(
  settings: PhoneSettings,
  counts: MessageCounts,
): MessageLimit | null {
  const { ofPhone, ofDevice, ofAddress, ofPrefix, ofBranch, ofDay } = counts;
  const perAddress = settings.messagesPerAddressHour ?? MESSAGES_PER_ADDRESS_HOUR;
  const perPrefix = settings.messagesPerPrefixHour ?? MESSAGES_PER_PREFIX_HOUR;
  if (isUsedUp(ofPhone, settings.messagesPerPhoneHour)) return "phone";
  if (isUsedUp(ofDevice, settings.messagesPerDeviceHour)) return "device";
  if (ofAddress && isUsedUp(ofAddress, perAddress)) return "address";
  if (ofPrefix && isUsedUp(ofPrefix, perPrefix)) return "prefix";
  if (isUsedUp(ofBranch, settings.messagesPerBranchHour)) return "branch";
  const { messagesPerBranchDay: perDay } = settings;
  // What nobody took costs nothing: the day is a budget, not a pace.
  return perDay !== undefined && ofDay.taken >= perDay ? "day" : null;
}

/** Whether others used the messages up: this device has had none, nor anybody at its address. */
export function isByOthers(limit: MessageLimit, { ofDevice }: MessageCounts): boolean {
  return limit !== "device" && limit !== "address" && ofDevice.attempts === 0;
}

/** Numbers are sold in blocks of ten thousand: who pumps codes goes through one of them. */
const BLOCK_DIGITS = 4;

/** What a number has in common with the others of its block. */
export function prefixOf(phone: string): { start: string; length: number } {
  return { start: phone.slice(0, -BLOCK_DIGITS), length: phone.length };
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

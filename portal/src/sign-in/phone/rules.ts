import type { PendingCode } from "@foyer/branch-store";
import type { SignInSettings } from "@foyer/contract";

type PhoneSettings = SignInSettings["phone"];

export const LIMIT_WINDOW_SECONDS = 60 * 60;

/** Messages of the last hour, those just being sent included. */
export type MessageCounts = { ofPhone: number; ofDevice: number; ofBranch: number };

export type MessageLimit = "phone" | "device" | "branch";

/** Which limit against code pumping one more message would break; null when none. */
export function findBrokenLimit(
  settings: PhoneSettings,
  counts: MessageCounts,
): MessageLimit | null {
  if (counts.ofPhone >= settings.messagesPerPhoneHour) return "phone";
  if (counts.ofDevice >= settings.messagesPerDeviceHour) return "device";
  if (counts.ofBranch >= settings.messagesPerBranchHour) return "branch";
  return null;
}

/** Whether another try at this code is allowed. */
export function hasTriesLeft(code: PendingCode, settings: PhoneSettings): boolean {
  return code.tries < settings.triesMax;
}

export type Resend =
  | { kind: "now" }
  | { kind: "wait"; seconds: number }
  /** The settings allow no more messages with this code. */
  | { kind: "never" };

/** When the same code may be sent again. A message that no channel took may be tried at once. */
export function planResend(code: PendingCode, settings: PhoneSettings, now: Date): Resend {
  if (code.deliveries > settings.resendsMax) return { kind: "never" };
  if (code.deliveries === 0 || code.lastSentAt === null) return { kind: "now" };
  const due = code.lastSentAt.getTime() + settings.resendAfterSeconds * 1000;
  const seconds = Math.ceil((due - now.getTime()) / 1000);
  return seconds > 0 ? { kind: "wait", seconds } : { kind: "now" };
}

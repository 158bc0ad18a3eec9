import type { TextKey } from "./texts.ts";

/** Why sessions end, in words (RFC 2866 §5.10, and the box's own reasons); the rest speak for themselves. */
const CAUSES = {
  "User-Request": "cause-left",
  "Lost-Carrier": "cause-lost",
  "Lost-Service": "cause-lost",
  "Lost-Contact": "cause-silent",
  "Idle-Timeout": "cause-idle",
  "Session-Timeout": "cause-time",
  "Admin-Reset": "cause-staff",
  "Admin-Reboot": "cause-reboot",
  "NAS-Reboot": "cause-reboot",
  Superseded: "cause-elsewhere",
  "credential-revoked": "cause-credential-revoked",
  "policy-ended": "cause-policy-ended",
  "policy-removed": "cause-policy-removed",
  "outside-hours": "cause-outside-hours",
  "time-used-up": "cause-time-used-up",
  "volume-used-up": "cause-volume-used-up",
  "code-withdrawn": "cause-code-withdrawn",
  "code-expired": "cause-code-expired",
} as const satisfies Record<string, TextKey>;

/** Null for a word that nothing better is known for. */
export function findCauseText(cause: string): TextKey | null {
  return Object.hasOwn(CAUSES, cause) ? CAUSES[cause as keyof typeof CAUSES] : null;
}

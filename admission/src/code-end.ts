import type { BranchSettings } from "@foyer/contract";

export type CodeEnd = "code-withdrawn" | "code-expired";

/** The right somebody came in by: its access code, null for none, and when that was to end. */
export type CodeRight = { accessCodeId: string | null; endsAt: Date | null };

/**
 * Why whoever came in by an access code may not stay, as the settings have it now: its last moment
 * has gone by, or it is in them no more. Null: they may, or came in without one.
 */
export function findCodeEnd(
  settings: Pick<BranchSettings, "accessCodes">,
  { accessCodeId, endsAt, now }: CodeRight & { now: Date },
): CodeEnd | null {
  if (accessCodeId === null) return null;
  const code = settings.accessCodes?.find(({ id }) => id === accessCodeId);
  // The cloud tells no code that is over.
  if (!code) return endsAt !== null && endsAt <= now ? "code-expired" : "code-withdrawn";
  const { validUntil } = code;
  return validUntil !== null && now.getTime() >= Date.parse(validUntil) ? "code-expired" : null;
}

import type { MessageChannel } from "@foyer/contract";

/** How deep groups of conditions stand in each other; the outermost is the first. */
export const TREE_DEPTH_MAX = 4;
/** Conditions and groups of one segment, without those of the segments it names. */
export const TREE_NODES_MAX = 50;
/** With those of every segment it names, and that these name: what one statement is made of. */
export const ALL_NODES_MAX = 300;
/** How many segments name each other in a row. */
export const SEGMENTS_DEEP_MAX = 5;
export const SEGMENTS_MAX = 100;
export const SEGMENT_NAME_LENGTH_MAX = 80;
/** What one condition may list. */
export const CHOICES_MAX = 50;
/** What a device runs and what it is, as browsers say: DEVICE_SYSTEMS and DEVICE_FORMS of the contract. */
export const SYSTEMS = [
  ...(["ios", "android", "windows", "macos", "linux", "chromeos", "other"] as const),
] as const;
export const FORMS = ["phone", "tablet", "computer", "other"] as const;
/** A hundred years to either side. */
export const DAYS_FROM_TODAY_MAX = 36_500;
/** How many customers are shown of those in a segment. */
export const SAMPLE_MAX = 10;

const UNIT_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/** The moment this long ago. A day is 24 hours: what is relative has no calendar. */
export function findMomentAgo(
  now: Date,
  { amount, unit }: { amount: number; unit: "hour" | "day" },
): Date {
  return new Date(now.getTime() - amount * UNIT_MS[unit]);
}

/** Minutes since midnight of a time HH:MM. */
export function readMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The channel of messages that a condition asks about; null: any, or the purpose has none. */
export function askedChannel(condition: {
  purpose: string;
  channel?: MessageChannel | undefined;
}): MessageChannel | null {
  return condition.purpose === "marketing" ? (condition.channel ?? null) : null;
}
/** A date with a year, as fields have it; what PostgreSQL compares as text just as well. */
export const DATE_PATTERN = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

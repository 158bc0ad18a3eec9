import type { BlockContext } from "./block.ts";

const RFC_3339 =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** A date and time with its offset (RFC 3339), or null. */
export function readMoment(value: unknown): Date | null {
  if (typeof value !== "string" || !RFC_3339.test(value)) return null;
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** As the branch's clock shows it, in the guest's words; Persian speakers count by their own calendar. */
export function sayMoment(
  moment: Date,
  { language, timeZone }: Pick<BlockContext, "language" | "timeZone">,
): string {
  const format = new Intl.DateTimeFormat(language, {
    ...{ day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
    ...{ hourCycle: "h23", timeZone },
  });
  return format.format(moment);
}

import { localeOf } from "@foyer/blocks";
import type { Step } from "./step.ts";

/** Day and hour by the branch's clock, in a guest's writing. */
export function timeIn({ language, settings }: Step): (at: Date) => string {
  const format = new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: settings.branch.timeZone,
    hourCycle: "h23",
  });
  return (at) => format.format(at);
}

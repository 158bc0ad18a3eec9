import { localeOf } from "@foyer/blocks";
import type { Language } from "@foyer/contract";
import type { Step } from "./step.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** The hour as the branch's clock shows it, in a guest's writing: 09:30. `moment` is milliseconds. */
export function sayTime(
  moment: number | Date,
  { language, timeZone }: { language: Language; timeZone: string },
): string {
  const key = `${language} ${timeZone}`;
  // Made once for a language and a time zone: making one takes as long as half a page.
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone, hourCycle: "h23" });
  formats.set(key, format);
  return format.format(moment);
}

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

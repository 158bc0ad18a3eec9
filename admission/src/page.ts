import type { PageSettings, SignInSettings } from "@foyer/contract";

/** What is known of the person a page is for. */
export type Viewer = {
  /** True only when the device was proved to be a guest's who was here before. */
  isReturning: boolean;
  /** The visit they are in or begin now, from 1. */
  visitNumber: number;
};

/** The first page that fits, in the branch's order; null when none does. */
export function choosePage(
  pages: readonly PageSettings[],
  { isReturning, visitNumber }: Viewer,
): PageSettings | null {
  const fits = ({ when }: PageSettings) => {
    if (when.guests === "first-visit" && isReturning) return false;
    if (when.guests === "returning" && !isReturning) return false;
    return when.visitNumbers.length === 0 || when.visitNumbers.includes(visitNumber);
  };
  return pages.find(fits) ?? null;
}

export type PageMoment = {
  greet: SignInSettings["greet"];
  lastPageAt: Date | null;
  /** A visit goes on: coming back within it is no new arrival. */
  hasOpenVisit: boolean;
  now: Date;
  /** IANA. */
  timeZone: string;
};

/**
 * Whether a known device has to meet its page before it goes online, or may be let in by its MAC
 * alone. A device let in by its MAC never sees a page.
 */
export function isPageDue({ greet, lastPageAt, hasOpenVisit, now, timeZone }: PageMoment): boolean {
  switch (greet) {
    case "never":
      return false;
    case "once-a-day":
      return lastPageAt === null || dayOf(lastPageAt, timeZone) !== dayOf(now, timeZone);
    case "each-visit":
      return !hasOpenVisit || lastPageAt === null;
    default:
      return assertNever(greet);
  }
}

/** To make one takes some hundred times as long as to use it. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** YYYY-MM-DD on the branch's calendar. */
function dayOf(moment: Date, timeZone: string): string {
  let format = dayFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
    dayFormats.set(timeZone, format);
  }
  return format.format(moment);
}

function assertNever(value: never): never {
  throw new Error(`unknown greet policy ${value}`);
}

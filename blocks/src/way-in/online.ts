import {
  type BranchSettings,
  isAllowedDestination,
  type Language,
  type Nas,
  type PageSettings,
} from "@foyer/contract";
import { localeOf, sayerOf } from "./words.ts";

/** What the page after access is drawn with. */
export type OnlineView = {
  /** Null: nobody told it. */
  name: string | null;
  branchName: string;
  /** When access ends, by the branch's clock; null: at no time that is known. */
  until: string | null;
  /** What the guest came by ends then too: whoever typed it has to type again. */
  isForGood: boolean;
  /** What of the page that they came in by is for the time after access, as HTML. */
  blocks: string;
  coupons: readonly OwnCouponView[];
  landing: Landing | null;
  /** Where files for a survey's answer are taken. */
  files: { href: string; label: string } | null;
  /** Where a device hears how it comes in by itself. */
  member: string | null;
  /** They may be given a member's code. */
  memberCode: boolean;
  logOut: boolean;
};

/** A coupon that is a guest's own, in words. */
export type OwnCouponView = {
  offer: string;
  name: string;
  terms: string | null;
  code: string;
  /** As an SVG is drawn; null: the code is typed. */
  qr: { viewBox: string; size: number; path: string } | null;
  until: string;
  places: string | null;
};

export type Landing = { url: string; host: string };

type LandingPage = Pick<PageSettings, "landingUrl">;

/**
 * Where a guest is sent on to after access: by the page they came in by, else by the branch. Null:
 * nowhere. The settings were checked when they came; the list is asked again at each use, so that
 * whatever else may have led here sends nobody off it.
 */
export function findLanding(
  { signIn, allowedDestinations }: Pick<BranchSettings, "signIn" | "allowedDestinations">,
  page: LandingPage | null,
): Landing | null {
  const address = page?.landingUrl === undefined ? signIn.landingUrl : page.landingUrl;
  const url = address === null ? null : URL.parse(address);
  if (address === null || url === null) return null;
  // Settings from before there was a list name the branch's own address alone.
  const isOld = allowedDestinations === undefined && address === signIn.landingUrl;
  if (!isOld && !isAllowedDestination(address, allowedDestinations ?? [])) return null;
  return { url: url.href, host: url.host };
}

/** Makers whose web log-in says where guests log out, or has a usual place for it. */
const LOG_OUT_VENDORS: ReadonlySet<string> = new Set([
  ...["aruba", "cisco", "d-link", "fortinet", "meraki", "mikrotik", "ruckus"],
]);

/**
 * Whether guests of this access controller may log out themselves, as far as its kind says: the box
 * goes by what each of them brings.
 */
export function usuallyLogsOut(nas: Nas): boolean {
  switch (nas.kind) {
    case "web-login":
      return LOG_OUT_VENDORS.has(nas.vendor);
    case "radius":
    case "cisco-cwa":
    case "meraki-click-through":
      return false;
    default:
      return true;
  }
}

type Said = { now: Date; language: Language; timeZone: string };

/**
 * When access ends, as the branch's clock shows it, in a guest's writing: 09:30, and with its day where that
 * is not today. `moment` is milliseconds.
 */
export function sayEnd(moment: number | Date, { now, language, timeZone }: Said): string {
  const { hour, whole, day } = formatsOf(language, timeZone);
  if (day.format(moment) !== day.format(now)) return whole.format(moment);
  // Persian names the hour before it, as the whole date does by itself.
  return sayerOf(language)("online.hour", { time: hour.format(moment) });
}

type Formats = Record<"hour" | "whole" | "day", Intl.DateTimeFormat>;
const formats = new Map<string, Formats>();

/** Made once for a language and a time zone: making one takes as long as half a page. */
function formatsOf(language: Language, timeZone: string): Formats {
  const key = `${language} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const locale = localeOf(language);
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  const made = {
    hour: new Intl.DateTimeFormat(locale, hour),
    whole: new Intl.DateTimeFormat(locale, {
      ...{ weekday: "long", day: "numeric", month: "long" },
      ...hour,
    }),
    day: new Intl.DateTimeFormat("sv-SE", { timeZone }),
  };
  formats.set(key, made);
  return made;
}

import { endOfDay } from "@foyer/admission";
import { chooseText, type OwnCouponView } from "@foyer/blocks";
import type { EarnedCoupon } from "@foyer/branch-store";
import {
  type BranchSettings,
  type Language,
  type LocalText,
  linkOfCoupon,
  spellCode,
} from "@foyer/contract";
import type { Translate } from "../language.ts";
import { drawQrCode } from "./qr-code.ts";

const ALL_LANGUAGES: readonly Language[] = ["vi", "en", "fa"];

type Reader = { settings: BranchSettings; language: Language; now: Date; t: Translate };

/** What a guest is shown of a coupon; null: it is not here yet, is over, or was used. */
export function viewCoupon(
  { kind, given, isUsed }: EarnedCoupon,
  { settings, language, now, t }: Reader,
): OwnCouponView | null {
  if (!given || isUsed) return null;
  const { timeZone } = settings.branch;
  const end = endOfDay(given.at, { days: kind.validDays, timeZone });
  if (end <= now) return null;
  const say = (text: LocalText | undefined) => sayWords(text, { settings, language });
  const { places } = kind;
  return {
    offer: say(kind.offer) ?? "",
    name: say(kind.name) ?? "",
    terms: say(kind.terms),
    code: spellCode(given.code),
    // Where nothing is given any more nobody says where it is redeemed: the code is typed.
    qr: settings.coupons ? drawQrCode(linkOfCoupon(settings.coupons.redeemUrl, given.code)) : null,
    until: t("coupon.until", { day: sayLastDay(end, { language, timeZone }) }),
    places: places ? t("coupon.places", { places: listWords(places, language) }) : null,
  };
}

/** A coupon's words in whichever language they were written: what one is good for is better read than not. */
function sayWords(
  text: LocalText | undefined,
  { settings, language }: Pick<Reader, "settings" | "language">,
): string | null {
  return chooseText(text, language, [...settings.branch.languages, ...ALL_LANGUAGES]);
}

/** The day that is over at `end`. */
function sayLastDay(
  end: Date,
  { language, timeZone }: { language: Language; timeZone: string },
): string {
  const format = new Intl.DateTimeFormat(language, {
    ...{ day: "numeric", month: "long", year: "numeric", timeZone },
  });
  return format.format(end.getTime() - 1);
}

const listWords = (words: readonly string[], language: Language): string =>
  new Intl.ListFormat(language, { type: "disjunction" }).format(words);

import type { CodeWay } from "@foyer/contract";
import { type ShownText, type TickView, viewTick } from "./texts.ts";
import type { Onward } from "./words.ts";

/** A code that was sent, as its guest hears of it. */
export type SentCode = {
  /** Where to, masked; null: it is not said. */
  to: string | null;
  /** By what it surely came; null: that is not known. */
  way: CodeWay | null;
  isEmail: boolean;
  /** It may be asked for by SMS instead. */
  mayComeBySms: boolean;
  /** For how long it works still. */
  minutes: number;
  fault: string | null;
  notice: string | null;
  /** Why no more tries are taken. */
  closed: string | null;
  /** What stands in the field. */
  typed: string;
  /** To be agreed to; null: nothing is. */
  terms: ShownText | null;
  termsFault: string | null;
};

/** What the page with the field for the six digits is drawn with. */
export type CodeView = {
  sent: string;
  life: string;
  fault: string | null;
  notice: string | null;
  closed: string | null;
  typed: string;
  texts: TickView[];
  away: string;
  bySms: boolean;
  otherNumber: string;
  other: string;
};

export function viewCode(onward: Onward, code: SentCode): CodeView {
  const { t, hrefOf } = onward;
  const { to, way, isEmail, minutes, terms, termsFault, mayComeBySms, ...said } = code;
  return {
    ...said,
    sent:
      to !== null
        ? t(way ? `code.sentBy.${way}` : "code.sent", { phone: to })
        : t(way ? `code.sentAnywhereBy.${way}` : "code.sentAnywhere"),
    life: t("code.life", { count: minutes }),
    texts: terms ? [viewTick(onward, terms, termsFault)] : [],
    away: t(way ? `code.awayBy.${way}` : "code.away"),
    bySms: !isEmail && way !== "sms" && mayComeBySms,
    otherNumber: hrefOf("/other-number"),
    other: t(isEmail ? "code.otherEmail" : "code.otherNumber"),
  };
}

import type { LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import {
  asFields,
  chooseTextFor,
  NO_OBJECT,
  readLocalText,
  readNeededText,
} from "../local-text.ts";
import { readMoment, sayMoment } from "../moment.ts";
import { personalise } from "../personalise.ts";

export const HEADING_CHARACTERS_MAX = 120;
export const TEXT_CHARACTERS_MAX = 600;
const CODE = /^[\p{L}\p{N}][\p{L}\p{N}\-_. ]{0,30}[\p{L}\p{N}]$/u;

export type CouponFields = {
  heading: LocalText;
  text: LocalText | null;
  /** What staff key in; null: the page itself is shown at the till. */
  code: string | null;
  /** Half-open; null: no end. */
  validUntil: Date | null;
};

export type CouponWords = { code: string; until: string };

export function readCouponFields(value: unknown): ReadFields<CouponFields> {
  const fields = asFields(value);
  if (!fields) return NO_OBJECT;
  const heading = readNeededText(fields, "heading", HEADING_CHARACTERS_MAX);
  if (heading.kind === "invalid") return heading;
  const text = readLocalText(fields, "text", TEXT_CHARACTERS_MAX);
  if (text.kind === "invalid") return text;
  const { code = null } = fields;
  if (code !== null && (typeof code !== "string" || !CODE.test(code)))
    return { kind: "invalid", reason: "code is not 2 to 32 letters and digits" };
  const end = fields.validUntil ?? null;
  const validUntil = end === null ? null : readMoment(end);
  if (end !== null && validUntil === null)
    return { kind: "invalid", reason: "validUntil is not a date and time with its offset" };
  return {
    kind: "fields",
    fields: { heading: heading.fields, text: text.fields, code, validUntil },
  };
}

export type CouponView = {
  heading: string;
  text: string | null;
  code: string | null;
  codeLabel: string;
  until: string | null;
};

/** Null when it is over, or has nothing to say to this guest. */
export function viewCoupon(
  { heading, text, code, validUntil }: CouponFields,
  context: BlockContext,
  words: CouponWords,
): CouponView | null {
  if (validUntil !== null && validUntil <= context.now) return null;
  const say = (given: LocalText | null) => {
    const chosen = chooseTextFor(given, context);
    return chosen === null ? null : personalise(chosen, context);
  };
  const shown = say(heading);
  if (shown === null) return null;
  const until = validUntil && words.until.replace("{time}", sayMoment(validUntil, context));
  return { heading: shown, text: say(text), code, codeLabel: words.code, until };
}

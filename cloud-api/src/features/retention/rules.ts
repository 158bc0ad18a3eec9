import { BOX_RETENTION, BOX_RETENTION_CLASSES, type Retention } from "@foyer/contract";

/** What a company keeps, each for days of its own. The first ones are kept on boxes as well. */
export const KINDS = {
  ...BOX_RETENTION,
  /** Which codes were sent when and by whom; whom they went to is erased as soon as they are. */
  codeDays: { standard: 90, min: 2, max: 730 },
  /** What boxes told and no program could read, and what a feature failed on. */
  unreadDays: { standard: 90, min: 7, max: 365 },
} as const;

export type Kind = keyof typeof KINDS;
export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];
export const isOnBoxes = (kind: Kind): kind is keyof Retention =>
  (BOX_RETENTION_CLASSES as readonly string[]).includes(kind);

export type Rule = {
  kind: Kind;
  days: number;
  /** What the law asks for, as the company has found out; null: nothing was said. */
  lawDaysMin: number | null;
  lawDaysMax: number | null;
  lawNote: string | null;
};

export const STANDARD_RULES: readonly Rule[] = ALL_KINDS.map((kind) => ({
  kind,
  days: KINDS[kind].standard,
  lawDaysMin: null,
  lawDaysMax: null,
  lawNote: null,
}));

export type RuleFault = {
  kind: Kind;
  reason: "below-least" | "above-most" | "below-law" | "above-law" | "law-contradicts";
  bound: number;
};

/** What keeps days from being taken: the product's own bounds, and those of the law. */
export function findDaysFault(
  { kind, lawDaysMin, lawDaysMax }: Omit<Rule, "days" | "lawNote">,
  days: number,
): RuleFault | null {
  const { min, max } = KINDS[kind];
  if (days < min) return { kind, reason: "below-least", bound: min };
  if (days > max) return { kind, reason: "above-most", bound: max };
  if (lawDaysMin !== null && days < lawDaysMin)
    return { kind, reason: "below-law", bound: lawDaysMin };
  if (lawDaysMax !== null && days > lawDaysMax)
    return { kind, reason: "above-law", bound: lawDaysMax };
  return null;
}

export function findRuleFault(rule: Rule): RuleFault | null {
  const { kind, lawDaysMin, lawDaysMax } = rule;
  if (lawDaysMin !== null && lawDaysMax !== null && lawDaysMin > lawDaysMax)
    return { kind, reason: "law-contradicts", bound: lawDaysMax };
  return findDaysFault(rule, rule.days);
}

/** What a box keeps for how long: the branch's days before the company's. */
export function toRetention(
  rules: readonly Rule[],
  ofBranch: readonly { kind: Kind; days: number }[],
): Retention {
  const days = (kind: keyof Retention) =>
    [...ofBranch, ...rules, ...STANDARD_RULES].find((each) => each.kind === kind)?.days ?? 0;
  return {
    networkLogDays: days("networkLogDays"),
    visitDays: days("visitDays"),
    deviceDays: days("deviceDays"),
    deviceRandomisedDays: days("deviceRandomisedDays"),
    guestDays: days("guestDays"),
    consentDays: days("consentDays"),
    surveyDays: days("surveyDays"),
  };
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** The moment before which something of a kind is too old. */
export function cutOff(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}

export type LastRun = { at: Date; outcome: "done" | "unfinished" | "put-off" };

/**
 * Whether a run removes anything. The first one, and one after days without any, is put off to the next
 * day: the clock may have jumped, and what is removed does not come back. Null: there was one today.
 */
export function judgeRun(last: LastRun | null, now: Date): "go" | "put-off" | null {
  if (last === null) return "put-off";
  const passed = now.getTime() - last.at.getTime();
  if (passed < 20 * HOUR_MS) return null;
  return passed > 3 * DAY_MS ? "put-off" : "go";
}

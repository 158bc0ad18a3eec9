import { ApiError } from "../../../shell/api.ts";

/** What the API says in English, as one of our own sentences and what is filled into it. */
export type Said = { key: ReasonKey; values: Record<string, string> };

const REASONS = [
  [/^(?:still: |pictures\.[0-9]+: )?source is not/, "reason-picture"],
  [/^pictures is not a list/, "reason-pictures"],
  [/^pictures together weigh/, "reason-set-heavy"],
  [/^the pictures of the page weigh/, "reason-heavy"],
  [/^links is not a list/, "reason-links"],
  [/is not a web address/, "reason-url"],
  [/^survey is not/, "reason-survey"],
  [/^until is not/, "reason-until"],
  [/^validUntil is not/, "reason-valid-until"],
  [/^code is not/, "reason-code"],
  [/ is missing$/, "reason-words"],
  [/is empty$/, "reason-name"],
  [/^this release knows no such block/, "reason-unknown"],
] as const satisfies readonly (readonly [RegExp, string])[];

type BlockReason = (typeof REASONS)[number][1];
export type ReasonKey =
  | BlockReason
  | ("reason-other" | "refused-branch" | "refused-release" | "refused-late" | "refused-meanwhile")
  | ("refused-block" | "refused-other" | "refused-marks" | "refused-landing" | "refused-survey");

/** Why a block cannot be shown; what no sentence of ours says is told as the API does. */
export function readReason(reason: string): Said {
  const bare = reason.replace(/^[a-z]+(-[a-z]+)*: /, "").replace(/\.$/, "");
  const known = REASONS.find(([pattern]) => pattern.test(bare));
  return known ? { key: known[1], values: {} } : { key: "reason-other", values: { reason: bare } };
}

const LACKING = /^(.+): its box (.+) runs release (.+), which lacks the block ([a-z-]+)\./s;
const BRANCH = /^(.+?) cannot show this page: (\/\S*) (.+)\.$/s;
const FAULTY = /^The page cannot be shown: (\/\S*) (.+)\.$/s;
const LATE = /^At (.+) it is later than that already\.$/s;

export type PublishRefusal = Said & {
  /** What is wrong with which block, counting from 0, where it is a block. */
  block: { index: number; reason: Said } | null;
};

/** Why a page was not put up. */
export function readRefusal(error: unknown): PublishRefusal | null {
  if (!(error instanceof ApiError)) return null;
  const { message } = error;
  const [, branch = "", box = "", release = "", kind = ""] = LACKING.exec(message) ?? [];
  if (branch)
    return { key: "refused-release", values: { branch, box, release, kind }, block: null };
  const [, late = ""] = LATE.exec(message) ?? [];
  if (late) return { key: "refused-late", values: { branch: late }, block: null };
  const [, name = "", place = "", why = ""] = BRANCH.exec(message) ?? [];
  if (name) return readBranch(name, { place, why });
  const [, field = "", reason = ""] = FAULTY.exec(message) ?? [];
  if (field) return { key: "refused-block", values: { reason }, block: readBlock(field, reason) };
  if (/that the company has no more/.test(message))
    return { key: "refused-marks", values: {}, block: null };
  if (error.code === "conflict" && /meanwhile/.test(message))
    return { key: "refused-meanwhile", values: {}, block: null };
  return { key: "refused-other", values: { reason: message }, block: null };
}

/** What of the whole page does not fit a branch has sentences of its own. */
const OF_PAGE = [
  [/\/landingUrl is not on the list of allowed destinations$/, "refused-landing"],
  [/\/when\/survey\/id .+ is no survey of \/surveys$/, "refused-survey"],
] as const;

function readBranch(branch: string, { place, why }: { place: string; why: string }) {
  const reason = `${place} ${why}`;
  const [, key] = OF_PAGE.find(([pattern]) => pattern.test(reason)) ?? [];
  if (key) return { key, values: { branch }, block: null };
  return {
    key: "refused-branch" as const,
    values: { branch, reason },
    block: readBlock(place, why),
  };
}

function readBlock(field: string, reason: string): PublishRefusal["block"] {
  const index = /\/blocks\/([0-9]+)/.exec(field)?.[1];
  return index === undefined ? null : { index: Number(index), reason: readReason(reason) };
}

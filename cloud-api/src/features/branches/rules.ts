import { type BlockFault, listBlockFaults } from "@foyer/blocks";
import { type BranchSettings, type PageSettings, readBranchSettings } from "@foyer/contract";
import { BRANCH_KINDS, type BranchDocument, CURRENCIES } from "./schema.ts";

export type CheckedDocument =
  | { kind: "settings"; settings: BranchSettings & Pick<BranchDocument, "branch"> }
  /** `field` is a JSON pointer into the document. */
  | { kind: "invalid"; field: string; reason: string };

type CheckOptions = {
  tenantId: string;
  branchId: string;
  version: number;
  /** The tenant's list. */
  allowedDestinations: readonly string[];
  /** What is wrong with a page's blocks, where somebody has looked at the same ones before. */
  listFaults?: typeof listBlockFaults;
};

/**
 * Puts the document together as a box will read it, and checks it as the box will: what is saved
 * here never comes back as refused.
 */
export function checkDocument(document: unknown, options: CheckOptions): CheckedDocument {
  const { version, tenantId, allowedDestinations, listFaults = listBlockFaults } = options;
  const whole = { ...(document as object), version, tenantId, allowedDestinations };
  const read = readBranchSettings(whole);
  if (read.kind === "invalid") {
    const [field = "/", ...words] = read.reason.split(" ");
    return { kind: "invalid", field, reason: words.join(" ") };
  }
  const { settings } = read;
  if (settings.branch.id !== options.branchId)
    return { kind: "invalid", field: "/branch/id", reason: "is the id of another branch" };
  return findBusinessFault(settings.branch) ?? findPageFault(settings, listFaults) ?? read;
}

/** What no box is told, and checks. */
function findBusinessFault(branch: object): CheckedDocument | null {
  const { currency, kind = null }: { currency?: unknown; kind?: unknown } = branch;
  const isKnown = (list: readonly unknown[], value: unknown) => list.includes(value);
  if (currency !== undefined && !isKnown(CURRENCIES, currency)) {
    const reason = "is no currency that any country has today (ISO 4217)";
    return { kind: "invalid", field: "/branch/currency", reason };
  }
  if (isKnown([...BRANCH_KINDS, null], kind)) return null;
  return { kind: "invalid", field: "/branch/kind", reason: "is no kind of branch" };
}

function findPageFault(
  settings: BranchDocument,
  listFaults: typeof listBlockFaults,
): CheckedDocument | null {
  for (const [index, page] of settings.pages.entries()) {
    const [fault] = [...listFaults(page.blocks), ...listSurveyFaults(page, settings)];
    if (!fault) continue;
    const field = `/pages/${index}/blocks/${fault.index}`;
    return { kind: "invalid", field, reason: `${fault.kind}: ${fault.reason}` };
  }
  return null;
}

/** A block that asks what the branch does not: nobody would ever see it. */
function listSurveyFaults(
  { blocks }: PageSettings,
  { surveys = [] }: BranchDocument,
): BlockFault[] {
  return blocks.flatMap(({ kind, fields }, index) => {
    const isMissing = kind === "survey" && !surveys.some((each) => each.id === fields.survey);
    return isMissing
      ? [{ index, kind, reason: `${fields.survey} is no survey of the branch` }]
      : [];
  });
}

/** A command that comes later than this is not carried out any more. */
export const COMMAND_SECONDS = 5 * 60;

/** Somebody waits before the screen for what a box noted: an answer that comes later is of no use. */
export const TRACE_SECONDS = 60;

/**
 * The same of one to take a device's key back: it is to hold though the box has been without an uplink for
 * weeks, or was restored from a copy of before.
 */
export const KEY_ORDER_SECONDS = 60 * 24 * 60 * 60;

/** The same of one to a box: an uplink may be down for a while, and no guest is waiting. */
export const BOX_COMMAND_SECONDS = 60 * 60;

/** For how long the logs that a box has sent are kept: the nightly purge removes them then. */
export const LOG_KEPT_DAYS = 7;

/**
 * The byte to begin with, where it is asked for all from one on (RFC 9110 §14.1.2). Null: the whole; a
 * range of another form may be left unheeded (§14.2).
 */
export function readRange(range: string | undefined, length: number): number | null {
  const from = Number(/^bytes=(\d{1,9})-$/.exec(range ?? "")?.[1] ?? Number.NaN);
  return from < length ? from : null;
}

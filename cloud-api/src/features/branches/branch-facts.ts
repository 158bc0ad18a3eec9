import { countsTenantVisits, KNOWN_GUESTS_DEFAULT } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { type BranchHead, type BranchRow, findBranchRow } from "./queries.ts";

/** What every call of a box asks of its branch's settings, which are heavy. */
export type BranchFacts = {
  guestsMax: number;
  recogniseDays: { given: number; randomised: number };
  countsTenantVisits: boolean;
  surveyIds: readonly string[];
};

/** Of so many branches they are kept, those asked for last. */
const KEPT_MAX = 20_000;

/** Remembers the facts of branches by the version of the settings that they are of. */
export type FactsShelf = {
  /** Reads the settings where they are of another version than what is remembered. */
  find: (tx: TenantTransaction, head: BranchHead) => Promise<BranchFacts>;
  /** Those that are remembered of this version; null: none. */
  peek: (head: BranchHead) => BranchFacts | null;
  /** Those of any version, maybe of settings that changed since. */
  peekAny: (branchId: string) => BranchFacts | null;
  /** Takes them from settings that were read anyway. */
  keep: (branch: BranchRow) => BranchFacts;
};

export function openFactsShelf(): FactsShelf {
  const kept = new Map<string, { version: number; facts: BranchFacts }>();
  const keep = (branch: BranchRow): BranchFacts => {
    const facts = toFacts(branch);
    kept.delete(branch.id);
    kept.set(branch.id, { version: branch.settingsVersion, facts });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return facts;
  };
  const peekAny = (branchId: string) => kept.get(branchId)?.facts ?? null;
  const peek = ({ id, settingsVersion }: BranchHead) => {
    const held = kept.get(id);
    return held?.version === settingsVersion ? held.facts : null;
  };
  const find = async (tx: TenantTransaction, head: BranchHead) => {
    const remembered = peek(head);
    if (remembered) return remembered;
    const branch = await findBranchRow(tx, head.id);
    return branch ? keep(branch) : NO_FACTS;
  };
  return { find, keep, peek, peekAny };
}

/** Of a branch that is there no more. */
export const NO_FACTS: BranchFacts = {
  guestsMax: KNOWN_GUESTS_DEFAULT,
  recogniseDays: { given: 0, randomised: 0 },
  countsTenantVisits: false,
  surveyIds: [],
};

function toFacts({ settings }: BranchRow): BranchFacts {
  const { pages, signIn, knownGuestsMax = KNOWN_GUESTS_DEFAULT, surveys = [] } = settings;
  return {
    guestsMax: knownGuestsMax,
    recogniseDays: { given: signIn.recogniseDays, randomised: signIn.recogniseRandomisedDays },
    countsTenantVisits: countsTenantVisits(pages),
    surveyIds: surveys.map(({ id }) => id),
  };
}

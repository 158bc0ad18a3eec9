import type { AskedField, ConsentPurpose, DetailsSettings } from "@foyer/contract";

/** What is asked beside access, each by itself; access never depends on it. */
export const OPTIONAL_PURPOSES = [
  ...(["marketing", "profiling", "presence", "ads"] as const),
] satisfies ConsentPurpose[];

/** What is known of a guest's fields. */
export type AskState = {
  /** Keys of fields that were given, wherever. */
  given: ReadonlySet<string>;
  /** Those of them that signing in proved: no answer to a question. */
  proved: ReadonlySet<string>;
  /** How often, when last and at which visit each was asked for. */
  asked: readonly { key: string; times: number; lastAt: Date; lastVisit: number }[];
  isKnown: boolean;
};

/** What a branch asks that says nothing of it: as newcomers were ever asked. */
export const USUAL_DETAILS: DetailsSettings = {
  newcomers: "all",
  returning: "none",
  fields: [{ key: "name" }, { key: "email" }, { key: "birthday" }],
};

/** Left out so often, a field rests for a while: somebody does not want to say. */
const TIMES_MAX = 3;
const REST_MILLISECONDS = 180 * 24 * 60 * 60 * 1000;

/** Under which key the consents of a newcomer's page count as asked for. */
export const CONSENTS_KEY = "consents";

export type Asking = {
  fields: readonly AskedField[];
  /** Whether the optional consents are asked for beside them. */
  consents: boolean;
};

export type AskQuestion = {
  details: DetailsSettings;
  state: AskState;
  visitNumber: number;
  hasConsents: boolean;
  now: Date;
};

/**
 * What a guest who has just signed in is asked for. A newcomer gets the branch's whole page; whoever
 * was asked before, or has told anything anywhere, gets one missing field a visit: the one asked for
 * the fewest times, in the branch's order. What was given is never asked for again.
 */
export function chooseAsking({
  details,
  state,
  visitNumber,
  hasConsents,
  now,
}: AskQuestion): Asking {
  const missing = details.fields.filter(({ key }) => !state.given.has(key));
  const told = state.given.difference(state.proved);
  const isNew = !state.isKnown && state.asked.length === 0 && told.size === 0;
  if (isNew) {
    const count = { all: missing.length, one: 1, none: 0 }[details.newcomers];
    return { fields: missing.slice(0, count), consents: hasConsents };
  }
  if (details.returning === "none") return { fields: [], consents: false };
  if (state.asked.some(({ lastVisit }) => lastVisit === visitNumber))
    return { fields: [], consents: false };
  const before = new Map(state.asked.map((each) => [each.key, each]));
  const timesOf = ({ key }: AskedField) => before.get(key)?.times ?? 0;
  const isResting = ({ key }: AskedField) => {
    const last = before.get(key);
    return (
      last !== undefined &&
      last.times >= TIMES_MAX &&
      now.getTime() - last.lastAt.getTime() < REST_MILLISECONDS
    );
  };
  const due = missing.filter((field) => !isResting(field));
  const next = due.toSorted((one, other) => timesOf(one) - timesOf(other))[0];
  return { fields: next ? [next] : [], consents: false };
}

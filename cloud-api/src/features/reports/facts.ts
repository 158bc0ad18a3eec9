import type { NarrowFacts } from "../../feature.ts";
import { isFactMeant } from "./fact-queries.ts";
import { readSlots } from "./filter.ts";
import { readNarrowingOf } from "./narrowing.ts";

/** What guests did, told apart as their visits are: answers, cases. */
export const narrowFacts: NarrowFacts = async (tx, { grants, ...source }, asked) => {
  const slots = readSlots(asked);
  const narrowed = await readNarrowingOf(grants, source, asked)(tx);
  if (!narrowed && !slots.hours && !slots.weekdays) return null;
  return (fact) => isFactMeant(tx, fact, { ...slots, narrowed });
};

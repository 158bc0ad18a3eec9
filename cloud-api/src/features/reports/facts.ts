import type { NarrowCustomers, NarrowFacts } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { NARROWED_BY, OF_CUSTOMERS } from "../../platform/narrowing.ts";
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

/** What customers are, whenever and however they came. */
export const narrowCustomers: NarrowCustomers = async (tx, { grants, ...source }, asked) => {
  const field = NARROWED_BY.find(
    (name) => asked[name] !== undefined && !OF_CUSTOMERS.includes(name),
  );
  if (field)
    throw refuse("invalid", "This is told of customers by all of their visits.", {
      field: `/${field}`,
    });
  const narrowed = await readNarrowingOf(grants, source, asked)(tx);
  return narrowed?.customers ?? [];
};

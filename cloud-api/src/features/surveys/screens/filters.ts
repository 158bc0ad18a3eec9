import { readOnePlace } from "../../../shell/place-filter.tsx";
import { readFilters, writeNarrowing } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import type { Satisfaction } from "../rules.ts";
import type { Filters } from "./replies.ts";

export const SATISFACTIONS: readonly Satisfaction[] = ["satisfied", "neutral", "unsatisfied"];

/** The filters of results live in the address, as everywhere. */
export function useFilters() {
  const { parameters, change } = useSearchParameters();
  const satisfaction = parameters.get("satisfaction");
  const filters: Filters = {
    ...readOnePlace(parameters),
    saleTypeId: parameters.get("saleTypeId"),
    from: parameters.get("from"),
    to: parameters.get("to"),
    satisfaction: SATISFACTIONS.find((each) => each === satisfaction) ?? null,
    search: parameters.get("search"),
    questionId: parameters.get("questionId"),
    value: parameters.get("value"),
    versions: parameters.get("versions"),
    ...writeNarrowing(readFilters(parameters)),
  };
  return { filters, change, linkTo: (more: Partial<Filters>) => linkTo(filters, more) };
}

/** The same page with more filters, at its answers: what a number opens. */
function linkTo(filters: Filters, more: Partial<Filters>): string {
  const query = new URLSearchParams();
  const wanted = { ...filters, ...more };
  for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
  return `?${query}`;
}

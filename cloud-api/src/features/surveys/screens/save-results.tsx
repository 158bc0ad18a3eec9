import { withQuery } from "../../../shell/api.ts";
import { Panels } from "../../../shell/panels.tsx";
import { useFilters } from "./filters.ts";

/** Where results can be kept as a report, of one survey or of all (null): by their branch and days. */
export function SaveResults({ surveyId }: { surveyId: string | null }) {
  const { branchId, from, to, ...chosen } = useFilters().filters;
  // Narrowed to some answers they say how these are, and not how content guests were.
  if (Object.values(chosen).some((value) => value !== null)) return null;
  const page = surveyId === null ? "/satisfaction" : `/surveys/${surveyId}`;
  return <Panels place="report" id={withQuery(page, { branchId, from, to })} />;
}

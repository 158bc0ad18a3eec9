import { withQuery } from "../../../shell/api.ts";
import { Panels } from "../../../shell/panels.tsx";
import { useFilters } from "./filters.ts";

/** Where results can be kept as a report, of one survey or of all (null): by their place and days. */
export function SaveResults({ surveyId }: { surveyId: string | null }) {
  const {
    satisfaction,
    search,
    questionId,
    value,
    versions: _versions,
    ...kept
  } = useFilters().filters;
  // Narrowed to some answers they say how these are, and not how content guests were.
  if ([satisfaction, search, questionId, value].some((chosen) => chosen !== null)) return null;
  const page = surveyId === null ? "/satisfaction" : `/surveys/${surveyId}`;
  return <Panels place="report" id={withQuery(page, kept)} />;
}

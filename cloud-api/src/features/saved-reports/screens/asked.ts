import { withQuery } from "../../../shell/api.ts";
import { STANDARD } from "../../../shell/periods.ts";
import { readFilters, writeFilters } from "../../../shell/report-filters.ts";
import { REPORTS, type ReportName } from "../rules.ts";
import type { SavedBody } from "../schema.ts";

/** What a report is asked, as it is kept. */
export type Asked = Pick<SavedBody, "report" | "period" | "days" | "query">;

/** Its page is one of customers and not of visits, which its days and filters do not narrow. */
const BREAKDOWN = "/breakdown";

const OWN = ["by", "unit", "counted"] as const;

/** What a report's page shows, out of its address: `/reports/hours?period=7-days`, `/breakdown?by=tier`. Null: no such report. */
export function readAddress(address: string): Asked | null {
  const [path = "", search = ""] = address.split("?");
  if (path === BREAKDOWN) return readBreakdown(new URLSearchParams(search).get("by"));
  const report = REPORTS.find((each) => path === `/reports/${each}`);
  if (!report) return null;
  const parameters = new URLSearchParams(search);
  const filters = readFilters(parameters);
  const { period: _period, from: _from, to: _to, ...places } = writeFilters(filters);
  const own = OWN.map((name) => [name, parameters.get(name)] as const);
  const query = [...Object.entries(places), ...own].filter(([, value]) => value);
  const { period, from, to } = filters;
  return {
    ...{ report, period, days: from !== null && to !== null ? { from, to } : null },
    query: Object.fromEntries(query),
  };
}

const readBreakdown = (field: string | null): Asked | null =>
  field ? { report: "breakdown", period: STANDARD, days: null, query: { field } } : null;

const pageOf = (report: ReportName): string => (report === "overview" ? "/" : `/reports/${report}`);

/** The page on which a kept report is asked, by its filters. */
export const addressOfPage = ({ report, period, days, query }: Asked): string =>
  report === "breakdown"
    ? withQuery(BREAKDOWN, { by: query.field ?? null })
    : withQuery(pageOf(report), { period, ...days, ...query });

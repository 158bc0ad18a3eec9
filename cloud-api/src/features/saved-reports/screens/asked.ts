import { withQuery } from "../../../shell/api.ts";
import { type Days, STANDARD } from "../../../shell/periods.ts";
import { readFilters, writeFilters } from "../../../shell/report-filters.ts";
import { REPORTS, type ReportName } from "../rules.ts";
import type { SavedBody } from "../schema.ts";

/** What a report is asked, as it is kept. */
export type Asked = Pick<SavedBody, "report" | "period" | "days" | "query">;

/** Its page is one of customers and not of visits, which its days and filters do not narrow. */
const BREAKDOWN = "/breakdown";
/** What was answered to any survey; to one of them: behind the other and a /. */
const SATISFACTION = "/satisfaction";
const SURVEY = "/surveys/";
const SCORES = "/scores/grid";
const CASES = "/cases/report";
/** A part of the overview, by its own name. */
const FUNNEL = "/sign-in-funnel";
/** A page of one customer; before their id. */
const CUSTOMER = "/customers/";
const LENGTHS = ["1", "2", "3", "4", "5"] as const;

const OWN = ["by", "unit", "counted"] as const;

/** What a report's page shows, out of its address: `/reports/hours?period=7-days`, `/breakdown?by=tier`. Null: no such report. */
export function readAddress(address: string): Asked | null {
  const [path = "", search = ""] = address.split("?");
  const parameters = new URLSearchParams(search);
  if (path === BREAKDOWN) return readBreakdown(parameters.get("by"));
  if (path === FUNNEL) return readFunnel(parameters);
  if (path === CASES) return readPlaced(parameters, { report: "cases" });
  if (path === SATISFACTION) return readPlaced(parameters, { report: "satisfaction" });
  if (path === SCORES) return readScores(parameters);
  if (path.startsWith(SURVEY)) {
    const surveyId = path.slice(SURVEY.length);
    return readPlaced(parameters, { report: "satisfaction", surveyId });
  }
  if (path.startsWith(CUSTOMER)) return readCustomer(path.slice(CUSTOMER.length));
  const report = REPORTS.find((each) => path === `/reports/${each}`);
  if (!report) return null;
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

/** All of a year: few come every week. */
const readCustomer = (customerId: string): Asked => ({
  ...{ report: "customer-visits", period: "12-months", days: null, query: { customerId } },
});

const OF_CUSTOMERS = ["segmentId", "tagId", "languages"] as const;

function readScores(parameters: URLSearchParams): Asked {
  const length = LENGTHS.find((each) => each === parameters.get("length"));
  const whose = Object.fromEntries(OF_CUSTOMERS.flatMap((name) => readOne(parameters, name)));
  const query = { ...whose, ...(length && { length }) };
  return { report: "scores", period: STANDARD, days: null, query };
}

function readFunnel(parameters: URLSearchParams): Asked {
  const { period, from, to, brandId, branchIds, branchKind } = readFilters(parameters);
  const slots = ["hours", "weekdays"].flatMap((name) => readOne(parameters, name));
  return {
    ...{ report: "sign-in-funnel", period },
    days: from !== null && to !== null ? { from, to } : null,
    query: {
      ...(brandId && { brandId }),
      ...(branchIds.length > 0 && { branchIds: branchIds.join(",") }),
      ...(branchKind && { branchKind }),
      ...Object.fromEntries(slots),
    },
  };
}

/** What answers and cases are narrowed by, as visits are. */
const AS_VISITS = [
  ...(["brandId", "branchKind", "hours", "weekdays", "segmentId", "tagId"] as const),
  ...(["languages", "devices", "systems", "forms", "methods"] as const),
];

function readOne(parameters: URLSearchParams, name: string): [string, string][] {
  const value = parameters.get(name);
  return value ? [[name, value]] : [];
}

type Placed = { report: "satisfaction" | "cases"; surveyId?: string };

/** Of one branch or of all, and of days of its own or the usual ones. */
function readPlaced(parameters: URLSearchParams, { report, surveyId }: Placed): Asked {
  const [branchIds, from, to] = ["branchId", "from", "to"].map((name) => parameters.get(name));
  const isOfDays = from && to;
  const own = report === "satisfaction" ? readOne(parameters, "saleTypeId") : [];
  return {
    ...{ report, period: isOfDays ? null : STANDARD },
    days: isOfDays ? { from, to } : null,
    query: {
      ...Object.fromEntries(AS_VISITS.flatMap((name) => readOne(parameters, name))),
      ...(surveyId && { surveyId }),
      ...Object.fromEntries(own),
      ...(branchIds && { branchIds }),
    },
  };
}

const ON_OVERVIEW: readonly ReportName[] = ["overview", "sign-in-funnel"];
const pageOf = (report: ReportName): string =>
  ON_OVERVIEW.includes(report) ? "/" : `/reports/${report}`;

/** The page on which a kept report is asked, by its filters; `shown`: its days as they are now. */
export function addressOfPage({ report, period, days, query }: Asked, shown?: Days): string {
  if (report === "breakdown") return withQuery(BREAKDOWN, { by: query.field ?? null });
  if (report === "customer-visits") return CUSTOMER + (query.customerId ?? "");
  if (report === "scores") return withQuery(SCORES, query);
  if (report === "satisfaction" || report === "cases") {
    const answers = query.surveyId === undefined ? SATISFACTION : SURVEY + query.surveyId;
    const path = report === "cases" ? CASES : answers;
    const [branchId = null, ...others] = query.branchIds?.split(",") ?? [];
    // Its page is of one branch or of all.
    return withQuery(path, {
      branchId: others.length > 0 ? null : branchId,
      ...Object.fromEntries(AS_VISITS.map((name) => [name, query[name] ?? null])),
      saleTypeId: query.saleTypeId ?? null,
      ...(days ?? shown),
    });
  }
  return withQuery(pageOf(report), { period, ...days, ...query });
}

import { withQuery } from "../../../shell/api.ts";
import { addDays } from "../../../shell/format.ts";
import { type Places, readFilters as readReportFilters } from "../../../shell/report-filters.ts";

export const VISIT_KINDS = ["new", "returning", "anonymous"] as const;
export type VisitKind = (typeof VISIT_KINDS)[number];

/** What a visit list shows. Days are the branch's own, both included; null is no limit. */
export type VisitFilters = Places & {
  from: string | null;
  to: string | null;
  /** Only visits that go on. */
  open: boolean;
  kind: VisitKind | null;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the filters out of an address; what is not understood is as if it were not there. */
export function readFilters(parameters: URLSearchParams): VisitFilters {
  const kind = parameters.get("kind");
  return {
    ...readPlaces(parameters),
    from: readDayOf(parameters.get("from")),
    to: readDayOf(parameters.get("to")),
    open: parameters.get("open") === "true",
    kind: VISIT_KINDS.find((known) => known === kind) ?? null,
  };
}

/** Of one branch or of several, as pages of reports name them. */
export function readPlaces(parameters: URLSearchParams): Places {
  const { brandId, branchIds, branchKind } = readReportFilters(parameters);
  const branchId = parameters.get("branchId");
  return { brandId, branchKind, branchIds: branchId ? [branchId] : branchIds };
}

function readDayOf(text: string | null): string | null {
  if (!text || !DAY.test(text)) return null;
  return Number.isNaN(Date.parse(`${text}T00:00:00Z`)) ? null : text;
}

/** The places alone. */
export function writePlaces({ brandId, branchIds = [], branchKind }: Partial<Places>) {
  const [branchId = null, ...others] = branchIds;
  return {
    ...{ brandId: brandId ?? null, branchKind: branchKind ?? null },
    ...(others.length > 0
      ? { branchId: null, branchIds: branchIds.join(",") }
      : { branchId, branchIds: null }),
  };
}

/** The filters as the names of a query string, for the address and for the API alike. */
export function writeFilters(filters: Partial<VisitFilters>): Record<string, string | null> {
  return {
    ...writePlaces(filters),
    from: filters.from ?? null,
    to: filters.to ?? null,
    open: filters.open ? "true" : null,
    kind: filters.kind ?? null,
  };
}

/** The address of the visits that a number counts. */
export function linkToVisits(filters: Partial<VisitFilters>): string {
  return withQuery("/visits", writeFilters(filters));
}

export type Range = { from: string; to: string };

/** The ranges people ask for, ending today. */
export function listRanges(today: string): Record<"today" | "yesterday" | "week" | "month", Range> {
  const yesterday = addDays(today, -1);
  return {
    today: { from: today, to: today },
    yesterday: { from: yesterday, to: yesterday },
    week: { from: addDays(today, -6), to: today },
    month: { from: addDays(today, -29), to: today },
  };
}

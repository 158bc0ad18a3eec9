import { useZoneOf } from "./branches.ts";
import { useNow } from "./clock.ts";
import { readDay } from "./format.ts";
import type { Days } from "./periods.ts";
import {
  daysAsked,
  type ReportFilters,
  readFilters,
  toQuery,
  writeFilters,
} from "./report-filters.ts";
import { useSearchParameters } from "./search-parameters.ts";

export type ChooseFilters = (change: Partial<ReportFilters>) => void;

export type Asked = {
  filters: ReportFilters;
  choose: ChooseFilters;
  days: Days;
  today: string;
  /** As the API is asked. */
  query: Record<string, string | null>;
  /** The zone its times are told in; undefined where the branches do not share one. */
  zone: string | undefined;
  parameters: URLSearchParams;
  change: (change: Record<string, string | null>) => void;
};

/** The filters of a page out of its address. */
export function useReportFilters(): Asked {
  const { parameters, change } = useSearchParameters();
  const zoneOf = useZoneOf();
  const now = useNow();
  const filters = readFilters(parameters);
  const zone = zoneOf(filters.branchIds[0]);
  const today = readDay(now, zone);
  return {
    ...{ filters, zone, today, parameters, change },
    choose: (chosen) => change(writeFilters({ ...filters, ...chosen })),
    days: daysAsked(filters, today),
    query: toQuery(filters, today),
  };
}

import { useZoneOf } from "./branches.ts";
import { useNow } from "./clock.ts";
import { readDay } from "./format.ts";
import { type Days, type PeriodName, STANDARD } from "./periods.ts";
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
  /** As an address keeps them: what was not chosen is not in it. */
  written: Record<string, string | null>;
  /** As the API is asked. */
  query: Record<string, string | null>;
  /** The zone its times are told in; undefined where the branches do not share one. */
  zone: string | undefined;
  parameters: URLSearchParams;
  change: (change: Record<string, string | null>) => void;
};

/** The filters of a page out of its address, which begins with a period. */
export function useReportFilters(standard: PeriodName = STANDARD): Asked {
  const { parameters, change } = useSearchParameters();
  const zoneOf = useZoneOf();
  const now = useNow();
  const filters = readFilters(parameters, standard);
  const zone = zoneOf(filters.branchIds[0]);
  const today = readDay(now, zone);
  return {
    ...{ filters, zone, today, parameters, change },
    choose: (chosen) => change(writeFilters({ ...filters, ...chosen }, standard)),
    written: writeFilters(filters, standard),
    days: daysAsked(filters, today),
    query: toQuery(filters, today),
  };
}

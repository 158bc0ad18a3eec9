import { type BranchChoice, useBranchChoices } from "./branches.ts";
import { useNow } from "./clock.ts";
import { useDayStart } from "./day-starts.ts";
import { readReportDay } from "./format.ts";
import { type Days, type PeriodName, STANDARD } from "./periods.ts";
import {
  daysAsked,
  type Places,
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

const isMeant = (branch: BranchChoice, { branchIds, brandId, branchKind }: Places): boolean =>
  (branchIds.length === 0 || branchIds.includes(branch.id)) &&
  (brandId === null || branch.brandId === brandId) &&
  (branchKind === null || branch.kind === branchKind);

/** The filters of a page out of its address, which begins with a period. */
export function useReportFilters(standard: PeriodName = STANDARD): Asked {
  const { parameters, change } = useSearchParameters();
  const branches = useBranchChoices();
  const startOf = useDayStart();
  const now = useNow();
  const filters = readFilters(parameters, standard);
  const meant = branches.filter((branch) => isMeant(branch, filters));
  const [shared, ...others] = new Set(meant.map(({ timeZone }) => timeZone));
  const zone = others.length === 0 ? shared : undefined;
  const today = readReportDay(now, startOf(meant), zone);
  return {
    ...{ filters, zone, today, parameters, change },
    choose: (chosen) => change(writeFilters({ ...filters, ...chosen }, standard)),
    written: writeFilters(filters, standard),
    days: daysAsked(filters, today),
    query: toQuery(filters, today),
  };
}

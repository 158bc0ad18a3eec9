import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { useMay } from "./session.tsx";

/** At which hour the days of each branch in reach begin, in reports. */
export type DayStarts = {
  branches: { branchId: string; timeZone: string; dayStartsHour: number }[];
};

export const DAY_STARTS_PATH = "/reports/day-starts";
export const DAY_STARTS_KEY = ["day-starts"];

export const useDayStarts = () =>
  useQuery({
    queryKey: DAY_STARTS_KEY,
    queryFn: ({ signal }) => api.get<DayStarts>(DAY_STARTS_PATH, signal),
    enabled: useMay("reports.read"),
  });

/** The hour that the days of all of these branches begin at; midnight where they differ. */
export function useDayStart(): (branches: readonly { id: string }[]) => number {
  const starts = useDayStarts().data?.branches ?? [];
  return (branches) => {
    const ids = new Set(branches.map(({ id }) => id));
    const meant = starts.filter(({ branchId }) => ids.has(branchId));
    const [hour = 0, ...others] = new Set(meant.map(({ dayStartsHour }) => dayStartsHour));
    return others.length === 0 ? hour : 0;
  };
}

import { useQuery } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import type { DayStartsReply } from "../schema.ts";

export type DayStarts = Static<typeof DayStartsReply>;

export const DAY_STARTS_PATH = "/reports/day-starts";
export const DAY_STARTS_KEY = ["day-starts"];

/** When the days of each branch in reach begin. */
export const useDayStarts = () =>
  useQuery({
    queryKey: DAY_STARTS_KEY,
    queryFn: ({ signal }) => api.get<DayStarts>(DAY_STARTS_PATH, signal),
  });

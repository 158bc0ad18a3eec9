import { SILENT_MINUTES_MAX, SILENT_MINUTES_MIN } from "../schema.ts";

/** As it is typed. */
export type WatchFields = { isOn: boolean; minutes: number | string };

const MINUTES_AT_FIRST = 30;

export const readFields = (silentMinutes: number | null): WatchFields => ({
  isOn: silentMinutes !== null,
  minutes: silentMinutes ?? MINUTES_AT_FIRST,
});

/** From how long a silence on staff are told, or that the field is wrong. */
export function writeMinutes({
  isOn,
  minutes: typed,
}: WatchFields): { silentMinutes: number | null } | "minutes" {
  if (!isOn) return { silentMinutes: null };
  const minutes = Number(typed);
  const isFine =
    Number.isInteger(minutes) && minutes >= SILENT_MINUTES_MIN && minutes <= SILENT_MINUTES_MAX;
  return isFine ? { silentMinutes: minutes } : "minutes";
}

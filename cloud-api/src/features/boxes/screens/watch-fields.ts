import { SILENT_MINUTES_MAX, SILENT_MINUTES_MIN } from "../schema.ts";
import type { Watch } from "./replies.ts";

export type HoursFields = { days: string[]; from: string; to: string };
/** As it is typed. */
export type WatchFields = { isOn: boolean; minutes: number | string; hours: HoursFields[] };

const MINUTES_AT_FIRST = 30;

export function readFields({ silentMinutes, openingHours }: Watch): WatchFields {
  return {
    isOn: silentMinutes !== null,
    minutes: silentMinutes ?? MINUTES_AT_FIRST,
    hours: openingHours.map(({ days, from, to }) => ({ days: days.map(String), from, to })),
  };
}

export type WatchFault = "minutes" | "hours";

/** The watch as it is to be saved, or which field is wrong. */
export function writeWatch(fields: WatchFields): Watch | WatchFault {
  const minutes = Number(fields.minutes);
  const isFine =
    Number.isInteger(minutes) && minutes >= SILENT_MINUTES_MIN && minutes <= SILENT_MINUTES_MAX;
  if (fields.isOn && !isFine) return "minutes";
  const isWhole = ({ days, from, to }: HoursFields) => days.length > 0 && from !== "" && to !== "";
  if (!fields.hours.every(isWhole)) return "hours";
  return {
    silentMinutes: fields.isOn ? minutes : null,
    openingHours: fields.hours.map(({ days, from, to }) => ({
      days: days.map(Number).sort((a, b) => a - b),
      ...{ from, to },
    })),
  };
}

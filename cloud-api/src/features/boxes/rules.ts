import { findAllowedUntil, findNextOpening } from "@foyer/admission";
import type { BoxReport, NasRefusal, WeeklyHours } from "@foyer/contract";
import type { Trouble, Watch } from "./schema.ts";

/** Of a branch that nobody has set anything for. */
export const WATCH_AT_FIRST: Watch = { silentMinutes: 30, openingHours: [] };

/** What waits for longer than this is not on its way any more. */
const BACKLOG_MINUTES = 30;
/** A report that is older says nothing of how the box is now. */
const REPORT_MINUTES = 10;
const FREE_BYTES_MIN = 256 * 1024 * 1024;
const CLOCK_SECONDS_MAX = 60;
const FILLING_DAYS = 7;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A box keeps its notes for three days, and its clock may be wrong. */
const REFUSED_HOURS_BACK = 96;
const REFUSED_HOURS_AHEAD = 1;

/** What a box can have counted: whole hours of these days, of access controllers of its branch. */
export const pickRefusals = (
  told: readonly NasRefusal[],
  { nasIds, now }: { nasIds: readonly string[]; now: Date },
): NasRefusal[] =>
  told.filter(({ nasId, at }) => {
    const [begun, until] = [Date.parse(at), now.getTime()];
    const isOfNow =
      begun >= until - REFUSED_HOURS_BACK * HOUR && begun <= until + REFUSED_HOURS_AHEAD * HOUR;
    return isOfNow && begun % HOUR === 0 && nasIds.includes(nasId.toLowerCase());
  });

export type Place = { timeZone: string; openingHours: readonly WeeklyHours[] };

/**
 * How long a branch was open between two moments, at most `atMostMinutes`: hours are the branch's own
 * wall clock, so that a day on which clocks are changed has one hour more or less.
 */
export function countOpenMinutes(
  { timeZone, openingHours }: Place,
  { from, to, atMostMinutes }: { from: Date; to: Date; atMostMinutes: number },
): number {
  let open = 0;
  let at = from;
  while (at < to && open < atMostMinutes) {
    const here = { now: at, timeZone };
    const until = findAllowedUntil(openingHours, here) ?? to;
    const end = until < to ? until : to;
    open += (end.getTime() - at.getTime()) / MINUTE;
    // Closed: on to when it opens.
    const next = end > at ? end : findNextOpening(openingHours, here);
    if (next === null) break;
    at = next;
  }
  return Math.min(Math.floor(open), atMostMinutes);
}

/** What is told of a silence at most: a week of a shop that never closes. */
const TOLD_MINUTES_MAX = 7 * 1440;

/** For how long the branch was open without a word of its box; null: not for long enough to be told. */
export function findSilence(
  watch: Watch,
  about: { timeZone: string; lastHeardAt: Date; now: Date },
): number | null {
  const { silentMinutes, openingHours } = watch;
  if (silentMinutes === null) return null;
  const { timeZone, lastHeardAt: from, now: to } = about;
  const span = { from, to, atMostMinutes: TOLD_MINUTES_MAX };
  const minutes = countOpenMinutes({ timeZone, openingHours }, span);
  return minutes >= silentMinutes ? minutes : null;
}

/** Boxes that fall silent, or come back, within so long are told of in one mail. */
export const GATHER_MINUTES = 3;

/**
 * Whether staff are written to now: once the first of what is untold has waited for the others. What
 * is over by then was a moment's cut, or the cloud's own; nobody is told of it.
 */
export function isTimeToTell(
  untold: readonly { noticedAt: Date; endedAt: Date | null }[],
  now: Date,
): boolean {
  const since = now.getTime() - GATHER_MINUTES * MINUTE;
  return untold.some(({ noticedAt, endedAt }) => (endedAt ?? noticedAt).getTime() <= since);
}

export type Circumstances = {
  watch: Watch;
  timeZone: string;
  now: Date;
  /** Null: never. */
  lastHeardAt: Date | null;
  settingsFault: string | null;
  report: BoxReport | null;
  reportedAt: Date | null;
};

/** What is to be done about a box, the most urgent first. None: it is well, or was never switched on. */
export function listTroubles(found: Circumstances): Trouble[] {
  const { watch, timeZone, now, lastHeardAt } = found;
  const troubles: Trouble[] = [];
  const openMinutes = lastHeardAt && findSilence(watch, { timeZone, lastHeardAt, now });
  if (openMinutes !== null) troubles.push({ kind: "silent", openMinutes });
  const age = found.reportedAt ? now.getTime() - found.reportedAt.getTime() : Infinity;
  if (found.report && age <= REPORT_MINUTES * MINUTE)
    troubles.push(...listReported(found.report, now));
  if (found.settingsFault !== null) troubles.push({ kind: "settings-refused" });
  return troubles;
}

function listReported({ outbox, clock, freeBytes, faults }: BoxReport, now: Date): Trouble[] {
  const troubles: Trouble[] = [];
  const { fullInDays, oldestAt } = outbox;
  const isWrong = (part: string) => faults.some((each) => each.part === part && !each.until);
  if (isWrong("store")) troubles.push({ kind: "store-fails" });
  if (fullInDays === 0) troubles.push({ kind: "outbox-full" });
  else if (fullInDays !== null && fullInDays <= FILLING_DAYS)
    troubles.push({ kind: "outbox-filling", days: Math.round(fullInDays * 10) / 10 });
  const waited = oldestAt === null ? 0 : (now.getTime() - Date.parse(oldestAt)) / MINUTE;
  if (waited > BACKLOG_MINUTES) troubles.push({ kind: "backlog", minutes: Math.floor(waited) });
  if (freeBytes !== null && freeBytes < FREE_BYTES_MIN)
    troubles.push({ kind: "disk-low", freeBytes });
  const offset = clock.machineOffsetSeconds ?? 0;
  if (Math.abs(offset) > CLOCK_SECONDS_MAX)
    troubles.push({ kind: "clock-off", seconds: Math.round(offset) });
  return troubles;
}

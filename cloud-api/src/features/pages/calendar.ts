import { choosePage, listMisfits, toMoment, type Viewer } from "@foyer/admission";
import type { PageSettings } from "@foyer/contract";
import { sayWallTime } from "./preview.ts";

/** A part of a day in which one page is shown, half-open, on the branch's clock. */
export type Stretch = {
  /** HH:MM; the end of the day is 24:00. */
  from: string;
  to: string;
  minutes: number;
  /** Null: none fits, and our own greeting is shown. */
  pageId: string | null;
  /** Pages that fit as well and stand after it: it keeps their guests from them. */
  alsoFit: string[];
};

export type PageDay = {
  /** YYYY-MM-DD on the branch's calendar. */
  day: string;
  stretches: Stretch[];
  /** What the same guest sees at some time of the day if it is their birthday, and not otherwise. */
  birthdayPages: string[];
};

type Asked = {
  /** YYYY-MM-DD: the first day. */
  first: string;
  days: number;
  timeZone: string;
  /** Who is looked at as they are at a moment: days since their last visit pass. */
  viewerAt: (moment: Date) => Viewer;
};

/** Which page somebody sees when, day by day. Each minute is asked of the rule that boxes ask. */
export function listPageDays(
  pages: readonly PageSettings[],
  { first, days, ...asked }: Asked,
): PageDay[] {
  const [year = 0, month = 0, day = 0] = first.split("-").map(Number);
  return Array.from({ length: days }, (_, offset) =>
    describeDay(pages, { date: { year, month, day: day + offset }, ...asked }),
  );
}

type OneDay = Omit<Asked, "first" | "days"> & {
  /** The day may run over: 32 is the next month's first. */
  date: { year: number; month: number; day: number };
};

function describeDay(
  pages: readonly PageSettings[],
  { date, timeZone, viewerAt }: OneDay,
): PageDay {
  const [begin, end] = [0, 1].map((offset) =>
    toMoment({ ...date, day: date.day + offset, minutes: 0 }, timeZone),
  ) as [Date, Date];
  const edges = listEdges(pages, { date, timeZone, begin, end });
  const said = sayWallTime(begin, timeZone).slice(0, 10);
  const stretches: Stretch[] = [];
  const birthdayPages = new Set<string>();
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1] ?? end;
    const viewer = viewerAt(from);
    const moment = { now: from, timeZone };
    const pageId = choosePage(pages, viewer, moment)?.id ?? null;
    const alsoFit = pages
      .filter((page) => page.id !== pageId && listMisfits(page, viewer, moment).length === 0)
      .map(({ id }) => id);
    const onBirthday = choosePage(pages, { ...viewer, birthday: said }, moment);
    if (viewer.isReturning && onBirthday && onBirthday.id !== pageId)
      birthdayPages.add(onBirthday.id);
    join(stretches, {
      ...{ pageId, alsoFit, minutes: Math.round((to.getTime() - from.getTime()) / MINUTE_MS) },
      from: sayClock(from, timeZone),
      to: to.getTime() === end.getTime() ? "24:00" : sayClock(to, timeZone),
    });
  }
  return { day: said, stretches, birthdayPages: [...birthdayPages] };
}

const MINUTE_MS = 60_000;
const sayClock = (moment: Date, timeZone: string) => sayWallTime(moment, timeZone).slice(11);

/** What goes on as it was is one stretch. */
function join(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  const isSame = last?.pageId === next.pageId && last.alsoFit.join() === next.alsoFit.join();
  if (last && isSame) {
    last.to = next.to;
    last.minutes += next.minutes;
  } else stretches.push(next);
}

/** The moments of a day at which the hours of some page begin or end, and its own beginning. */
function listEdges(
  pages: readonly PageSettings[],
  { date, timeZone, begin, end }: Omit<OneDay, "viewerAt"> & { begin: Date; end: Date },
): Date[] {
  const times = new Set<number>([begin.getTime()]);
  // Those of the day before may end in this one, and neither needs the weekday: an edge where
  // nothing changes is no edge.
  for (const { when } of pages)
    for (const { from, to } of when.hours ?? [])
      for (const minutes of [minutesOf(from), minutesOf(to)]) {
        const at = toMoment({ ...date, minutes }, timeZone).getTime();
        if (at > begin.getTime() && at < end.getTime()) times.add(at);
      }
  return [...times].toSorted((one, other) => one - other).map((time) => new Date(time));
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}

import { addDays, listDays, type Period } from "./rules.ts";

export type DayVisits = { day: string; visits: number };
/** The periods that the numbers of one are set against. */
export type Beside = (period: Period) => readonly Period[];

type Bounded = {
  period: Period;
  beside: Beside;
  /** Of a period, and of each that it is set against. */
  most: number;
  /** How many visits each day has, the earliest first; days without any may be left out. */
  days: readonly DayVisits[];
};

/** The most of a period's last days that keep to a bound; null: not even its last day does. */
export function findFitting({ period, beside, most, days }: Bounded): Period | null {
  const { to } = period;
  const countOf = openCounts(days);
  for (let from = addDays(period.from, 1); from <= to; from = addDays(from, 1)) {
    const shorter = { from, to };
    if ([shorter, ...beside(shorter)].every((each) => countOf(each) <= most)) return shorter;
  }
  return null;
}

/** Adds up once: hundreds of periods are asked for. */
function openCounts(days: readonly DayVisits[]): (period: Period) => number {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return () => 0;
  const visitsOf = new Map(days.map(({ day, visits }) => [day, visits]));
  const until = new Map<string, number>();
  let all = 0;
  for (const day of listDays({ from: first.day, to: last.day })) {
    all += visitsOf.get(day) ?? 0;
    until.set(day, all);
  }
  const countUntil = (day: string) => (day > last.day ? all : (until.get(day) ?? 0));
  return ({ from, to }) => countUntil(to) - countUntil(addDays(from, -1));
}

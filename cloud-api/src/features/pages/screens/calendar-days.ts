const DAY_MS = 24 * 60 * 60 * 1000;

/** Which days are looked at: those of a week, or the weeks that a month lies in. */
export type Span = "week" | "month";

const toUtc = (day: string) => new Date(`${day}T00:00:00Z`);

export function addDays(day: string, count: number): string {
  return new Date(toUtc(day).getTime() + count * DAY_MS).toISOString().slice(0, 10);
}

/** The Monday of the week that a day lies in. */
export function mondayOf(day: string): string {
  return addDays(day, -((toUtc(day).getUTCDay() + 6) % 7));
}

/** The days shown with one of them: from a Monday, whole weeks. */
export function daysShown(day: string, span: Span): { from: string; days: number } {
  if (span === "week") return { from: mondayOf(day), days: 7 };
  const first = `${day.slice(0, 7)}-01`;
  const from = mondayOf(first);
  const next = moveBy(first, "month", 1);
  const weeks = Math.ceil((toUtc(next).getTime() - toUtc(from).getTime()) / DAY_MS / 7);
  return { from, days: weeks * 7 };
}

/** The same day of the week in another one; in another month its first day. */
export function moveBy(day: string, span: Span, count: number): string {
  if (span === "week") return addDays(day, count * 7);
  const date = toUtc(`${day.slice(0, 7)}-01`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 10);
}

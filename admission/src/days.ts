import { toWallTime } from "./calendar.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A day on a branch's calendar. */
export type CalendarDay = {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
};

export function dayOf(moment: Date, timeZone: string): CalendarDay {
  const { year, month, day } = toWallTime(moment, timeZone);
  return { year, month, day };
}

/** YYYY-MM-DD. */
export function sayDay({ year, month, day }: CalendarDay): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

const pad = (value: number, digits: number) => String(value).padStart(digits, "0");

/** How many midnights lie between two days of one calendar; negative when the first is later. */
export function countDays(from: CalendarDay, to: CalendarDay): number {
  return Math.round((toUtc(to) - toUtc(from)) / DAY_MS);
}

/**
 * Whether a birthday, YYYY-MM-DD or --MM-DD, is kept on this day. Who was born on 29 February keeps it
 * on the 28th of a common year: still in the month they were born in, and never a day late.
 */
export function isBirthday(birthday: string, { year, month, day }: CalendarDay): boolean {
  const [, monthText, dayText] = /-([0-9]{2})-([0-9]{2})$/.exec(birthday) ?? [];
  if (Number(monthText) !== month) return false;
  const bornOn = Number(dayText);
  return day === (month === 2 && bornOn === 29 && !isLeapYear(year) ? 28 : bornOn);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const toUtc = ({ year, month, day }: CalendarDay) => Date.UTC(year, month - 1, day);

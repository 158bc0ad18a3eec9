import { type Language, LOCALE } from "./translate.ts";

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;
const DAYS_IN_WORDS_MAX = 30;
/** 22 Nov, and 22/11: `22 thg 11` is how nobody writes it. */
const SHORT_MONTH = { en: "short", vi: "numeric" } as const;

export function formatCount(language: Language, count: number): string {
  return count.toLocaleString(LOCALE[language]);
}

/** Parts of a whole: 0.25 is `25%`; below ten per cent with a decimal. */
export function formatShare(language: Language, share: number): string {
  const maximumFractionDigits = share > 0 && share < 0.1 ? 1 : 0;
  return share.toLocaleString(LOCALE[language], { style: "percent", maximumFractionDigits });
}

/** Decimal units, as the access points' own pages and phone bills count: 1 kB is 1000 bytes. */
export function formatBytes(language: Language, bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(LOCALE[language], {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 0 && value < 10 ? 1 : 0,
  }).format(value);
}

/** The two largest units: `45s`, `12m`, `1h 5m`, `2 days 3h`. Seconds only below a minute. */
export function formatDuration(language: Language, seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < SECONDS.minute) return formatUnit(language, whole, "second");
  const days = Math.floor(whole / SECONDS.day);
  const hours = Math.floor((whole % SECONDS.day) / SECONDS.hour);
  const minutes = Math.floor((whole % SECONDS.hour) / SECONDS.minute);
  const parts: string[] = [];
  if (days > 0) parts.push(formatUnit(language, days, "day"));
  if (hours > 0) parts.push(formatUnit(language, hours, "hour"));
  if (minutes > 0 && days === 0) parts.push(formatUnit(language, minutes, "minute"));
  return parts.join(" ");
}

function formatUnit(language: Language, value: number, unit: string): string {
  const unitDisplay = unit === "day" ? "long" : "narrow";
  return new Intl.NumberFormat(LOCALE[language], { style: "unit", unit, unitDisplay }).format(
    value,
  );
}

/** A day and time on a branch's own clock; the year only when it is not this one. */
export function formatMoment(
  language: Language,
  iso: string,
  options: { timeZone?: string | undefined; now: Date },
): string {
  const { timeZone, now } = options;
  const moment = new Date(iso);
  const sameYear = readDay(moment, timeZone).slice(0, 4) === readDay(now, timeZone).slice(0, 4);
  const day = new Intl.DateTimeFormat(LOCALE[language], {
    day: "numeric",
    month: SHORT_MONTH[language],
    ...(sameYear ? {} : { year: "numeric" }),
    timeZone,
  }).format(moment);
  return `${day}, ${formatClock(language, iso, timeZone)}`;
}

export function formatClock(language: Language, iso: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(new Date(iso));
}

/** The whole truth, for a tooltip: weekday, date, seconds and zone. */
export function formatExactly(language: Language, iso: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    timeZone,
  }).format(new Date(iso));
}

/** A calendar day `YYYY-MM-DD`, which has no zone: `22 Nov`, or with weekday and year when `long`. */
export function formatDay(
  language: Language,
  day: string,
  form: "short" | "long" = "short",
): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    day: "numeric",
    month: form === "long" ? "long" : SHORT_MONTH[language],
    ...(form === "long" ? { weekday: "short", year: "numeric" } : {}),
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** Days of the calendar, both included: `1–30 November 2026`, and one day as itself. */
export function formatDayRange(language: Language, from: string, to: string): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    day: "numeric",
    month: SHORT_MONTH[language],
    year: "numeric",
    timeZone: "UTC",
  }).formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}

/** A birthday `YYYY-MM-DD`, or `--MM-DD` where the guest kept the year (ISO 8601:2000 §5.2.1.3). */
export function formatBirthday(language: Language, birthday: string): string {
  const yearKept = birthday.startsWith("--");
  const day = yearKept ? `2000-${birthday.slice(2)}` : birthday;
  return new Intl.DateTimeFormat(LOCALE[language], {
    day: "numeric",
    month: "long",
    ...(yearKept ? {} : { year: "numeric" }),
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** How long ago: `now`, `40 seconds ago`, `12 minutes ago`, `yesterday`; beyond a month, months and years. */
export function formatSince(language: Language, iso: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - new Date(iso).getTime()) / 1000));
  const relative = new Intl.RelativeTimeFormat(LOCALE[language], { numeric: "auto" });
  if (seconds < SECONDS.minute) return relative.format(-seconds, "second");
  if (seconds < SECONDS.hour) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < SECONDS.day) return relative.format(-Math.floor(seconds / 3600), "hour");
  return formatDaysSince(language, Math.floor(seconds / SECONDS.day));
}

/** Whole days counted by the branch's calendar, in words: 0 is today, 1 yesterday. */
export function formatDaysSince(language: Language, days: number): string {
  const relative = new Intl.RelativeTimeFormat(LOCALE[language], { numeric: "auto" });
  if (days <= DAYS_IN_WORDS_MAX) return relative.format(-days, "day");
  const months = Math.floor(days / 30.44);
  if (months < 12) return relative.format(-Math.max(1, months), "month");
  return relative.format(-Math.floor(days / 365.25), "year");
}

/** A number of whole days: `1 day`, `12 days`. */
export function formatDays(language: Language, days: number): string {
  return formatUnit(language, days, "day");
}

/** Mobile numbers, the land lines of Hà Nội and Ho Chi Minh City, and those of the provinces. */
const VIETNAMESE_GROUPS = [
  /^\+84([35789]\d{2})(\d{3})(\d{3})$/,
  /^\+84(2[48])(\d{4})(\d{4})$/,
  /^\+84(2\d{2})(\d{4})(\d{3})$/,
];

/** A Vietnamese number in the groups people say it in; others as E.164 has them. */
export function formatPhone(phone: string): string {
  for (const groups of VIETNAMESE_GROUPS) {
    const found = groups.exec(phone);
    if (found) return `+84 ${found.slice(1).join(" ")}`;
  }
  return phone;
}

/** The calendar day `YYYY-MM-DD` of a moment in a zone; in this browser's zone when none is given. */
export function readDay(moment: Date, timeZone?: string): string {
  return new Intl.DateTimeFormat("sv-SE", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone,
  }).format(moment);
}

/** The day that a moment counts as on a clock: before the hour at which days begin it is the evening before. */
export function readReportDay(moment: Date, startsHour: number, timeZone?: string): string {
  const day = readDay(moment, timeZone);
  const hour = new Intl.DateTimeFormat("en", { hour: "numeric", hourCycle: "h23", timeZone });
  return Number(hour.format(moment)) < startsHour ? addDays(day, -1) : day;
}

/** The day `days` later (or earlier, when negative) on the calendar. */
export function addDays(day: string, days: number): string {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** The seconds from one ISO time to a moment, never negative. */
export function countSecondsSince(iso: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - new Date(iso).getTime()) / 1000));
}

/** What is printed, ready to be shown: platform/print-report.ts draws it and knows nothing of its meaning. */
export type PrintedReport = {
  language: PrintLanguage;
  company: string;
  title: string;
  /** Of which place and days, narrowed by what: a line each. */
  about: readonly string[];
  /** When its numbers were counted, on each page. */
  source: string;
  printedAt: Date;
  /** The main numbers, each with what it is set against in words. */
  figures: readonly { label: string; now: string; before: string | null }[];
  parts: readonly PrintedPart[];
  words: {
    page: (at: number, all: number) => string;
    /** Above a table that goes on, by its title. */
    continues: (title: string) => string;
  };
};

export type PrintLanguage = "vi" | "en";
export type PrintedCell = string | number | null;

/** A table, and a drawing of the same numbers. */
export type PrintedPart = {
  title: string;
  /** How many of the columns say what a row is of. */
  keys: number;
  heads: readonly string[];
  rows: readonly {
    cells: readonly PrintedCell[];
    /** What stands for the same in the days it is set against; null: nothing does. */
    before: readonly PrintedCell[] | null;
    isTotal: boolean;
  }[];
  chart: Chart | null;
};

export type ChartSeries = { name: string; values: readonly number[] };
export type Chart =
  /** Columns from left to right, or bars below each other; series stand on each other. */
  | { form: "columns" | "bars"; labels: readonly string[]; series: readonly ChartSeries[] }
  /** Fields the darker the more they count; null: there is none. */
  | {
      form: "grid";
      /** What is counted. */
      name: string;
      rows: readonly string[];
      columns: readonly string[];
      values: readonly (readonly (number | null)[])[];
    };

const LOCALE = { vi: "vi-VN", en: "en-GB" } as const;
const MONTH = { vi: "2-digit", en: "short" } as const;
const DAY = { vi: "2-digit", en: "numeric" } as const;
const SLOT = /^(\d{4}-\d\d)(-\d\d)?(?:T(\d\d)(?::\d\d)?)?$/;

/** Made once: to make one takes as long as to write a hundred numbers by it. */
const NUMBERS = {
  vi: new Intl.NumberFormat(LOCALE.vi),
  en: new Intl.NumberFormat(LOCALE.en),
} as const;
const dayForm = (language: PrintLanguage) =>
  new Intl.DateTimeFormat(LOCALE[language], {
    ...{ day: DAY[language], month: MONTH[language], year: "numeric", timeZone: "UTC" },
  });
const DAYS = { vi: dayForm("vi"), en: dayForm("en") } as const;
const EN_MONTHS = new Intl.DateTimeFormat(LOCALE.en, {
  ...{ month: MONTH.en, year: "numeric", timeZone: "UTC" },
});

/** A cell in the reader's form: 1.234 and 05/06/2026, or 1,234 and 5 Jun 2026. */
export function printCell(language: PrintLanguage, cell: PrintedCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return NUMBERS[language].format(cell);
  const [, month, day, hour] = SLOT.exec(cell) ?? [];
  if (month === undefined) return cell.normalize("NFC");
  // The locale's own is `tháng 05, 2026`, which nobody writes.
  if (day === undefined && language === "vi") return month.split("-").reverse().join("/");
  const date = new Date(`${month}${day ?? "-01"}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return cell;
  const shown = (day === undefined ? EN_MONTHS : DAYS[language]).format(date);
  return hour === undefined ? shown : `${shown}, ${hour}:00`;
}

/** A time on the clock of a zone, with the zone's name. */
export function printTime(language: PrintLanguage, at: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat(LOCALE[language], {
    ...{ day: DAY[language], month: MONTH[language], year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone },
  });
  return `${time.format(at)} (${timeZone})`;
}

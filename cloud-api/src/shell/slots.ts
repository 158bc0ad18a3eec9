import type { Slot } from "./chart-table.tsx";
import type { Unit } from "./periods.ts";
import { type Language, LOCALE } from "./translate.ts";

/** The names of a series' slots, as the reader writes days and hours. */
export function nameSlot(
  slot: string,
  { unit, language, weekOf }: { unit: Unit; language: Language; weekOf: (day: string) => string },
): Slot {
  const locale = LOCALE[language];
  const day = (form: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...form, timeZone: "UTC" }).format(
      new Date(`${slot.slice(0, 7)}-${slot.slice(8, 10) || "01"}T00:00:00Z`),
    );
  const month = language === "vi" ? "numeric" : "short";
  switch (unit) {
    case "hour": {
      const hour = `${slot.slice(11, 13)}:00`;
      const long = `${hour} · ${day({ day: "numeric", month: "long", weekday: "short" })}`;
      return { key: slot, short: hour, long };
    }
    case "day":
      return {
        key: slot,
        short: day({ day: "numeric", month }),
        long: day({ day: "numeric", month: "long", year: "numeric", weekday: "short" }),
      };
    case "week":
      return {
        key: slot,
        short: day({ day: "numeric", month }),
        long: weekOf(day({ day: "numeric", month: "long", year: "numeric" })),
      };
    case "month":
      return {
        key: slot,
        short: day({ month, year: "numeric" }),
        long: day({ month: "long", year: "numeric" }),
      };
  }
}

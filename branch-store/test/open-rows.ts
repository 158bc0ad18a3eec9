import { PLACES } from "../src/columns.ts";
import type { Reader } from "../src/index.ts";

/** Rows with all that is locked in them opened, to see what the box itself can read. */
export function openRows({ columns }: Reader, rows: readonly unknown[]): Record<string, unknown>[] {
  const open = (value: unknown): unknown => {
    if (typeof value === "string") {
      const place = PLACES.find((each) => columns.isLocked(each, value));
      return place ? columns.unlock(place, value) : value;
    }
    if (!(value instanceof Buffer)) return value;
    try {
      return columns.unlockOctets("known_guests.person", value);
    } catch {
      return value;
    }
  };
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row as object).map(([key, value]) => [key, open(value)])),
  );
}

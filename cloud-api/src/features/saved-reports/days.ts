import { isRefusal } from "../../platform/errors.ts";
import { lastYear, type Period, periodBefore, readPeriod } from "../reports/index.ts";
import type { Asked } from "./asking.ts";
import { daysOf } from "./rules.ts";

/** The days that a kept report is of; refuses those that are none. */
export const readDays = ({
  saved: { days, period },
  today,
}: Pick<Asked, "saved" | "today">): Period =>
  days ? readPeriod(days, today) : daysOf(period ?? "30-days", today);

/** Where what a report is set against is refused, the days that are offered are none of its own. */
export async function besideItself<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error)) delete error.refusal.instead;
    throw error;
  }
}

/** The days of its own calendar that some are set against; null: none. */
export function findDaysBefore(
  { saved, compared = saved.compared }: Pick<Asked, "saved" | "compared">,
  period: Period,
): Period | null {
  if (compared === "nothing") return null;
  return compared === "before" ? periodBefore(period) : lastYear(period);
}

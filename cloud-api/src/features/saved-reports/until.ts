import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { printCell } from "../../platform/printed.ts";
import { findReach } from "../../platform/rights.ts";
import {
  FILE_WORDS,
  fill,
  findAroundCompany,
  lastYear,
  type Period,
  periodBefore,
  readPeriod,
} from "../reports/index.ts";
import type { Around, Asked, Reader, Saying } from "./asking.ts";
import { daysOf } from "./rules.ts";
import type { ToldReply } from "./schema.ts";

// What reports have in common that count the company's customers as they are by the end of some days.

/** Refuses whoever does not hold a permission over the whole company, and its reports. */
export function refuseBelowCompany(
  tx: TenantTransaction,
  { grants, source }: Reader,
  permission: string,
): void {
  if (findReach(grants, permission, source.permissions) && tx.branchIds === null) return;
  throw refuse("forbidden", `Your role may not do this: ${permission}.`, { field: "/report" });
}

/** The days by whose end it is told. */
export const readDays = ({
  saved: { days, period },
  today,
}: Pick<Asked, "saved" | "today">): Period =>
  days ? readPeriod(days, today) : daysOf(period ?? "30-days", today);

/** The days by whose end those of now are set against, where these are of its own; null: none. */
export function findDaysBefore({ saved, compared = saved.compared }: Asked, period: Period) {
  if (compared === "nothing") return null;
  return compared === "before" ? periodBefore(period) : lastYear(period);
}

export const lastDayOf = ({ to }: Period): Period => ({ from: to, to });

type Pattern = "print-until" | "print-until-against" | "print-scored" | "print-scored-against";

/** What is said around a printed one: by the end of which days. */
export function findAroundUntil(
  tx: TenantTransaction,
  { language }: Pick<Saying, "language">,
  {
    told: { period, before },
    patterns: [now, against],
  }: { told: Pick<ToldReply, "period" | "before">; patterns: readonly [Pattern, Pattern] },
): Promise<Around> {
  const say = (pattern: Pattern, { to }: Period) =>
    fill(FILE_WORDS[language][pattern], { day: printCell(language, to) });
  const about = [say(now, period), ...(before ? [say(against, before)] : [])];
  return findAroundCompany(tx, { language, about });
}

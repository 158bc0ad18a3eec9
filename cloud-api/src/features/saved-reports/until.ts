import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { printCell } from "../../platform/printed.ts";
import { findReach } from "../../platform/rights.ts";
import { FILE_WORDS, fill, findAroundCompany, type Period } from "../reports/index.ts";
import type { Around, Reader, Saying } from "./asking.ts";
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

/** The day by whose end it is told. */
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

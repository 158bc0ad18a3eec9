import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach } from "../../platform/rights.ts";
import { staffOf } from "../../platform/session.ts";
import { type ExportColumn, listExportColumns } from "./export-columns.ts";
import { listOwnFields } from "./field-queries.ts";

type May = (column: ExportColumn) => boolean;

/** Whether the caller may see of every customer what a column holds. */
export function seesColumns(request: FastifyRequest, { permissions }: Context): May {
  const { grants } = staffOf(request);
  return ({ permission }) => findReach(grants, permission, permissions)?.kind === "tenant";
}

/** All columns there are now, in the words of a language. */
export async function listColumnsNow(
  tx: TenantTransaction,
  language: "vi" | "en",
): Promise<ExportColumn[]> {
  const own = await listOwnFields(tx);
  const open = own.filter(({ archivedAt }) => archivedAt === null);
  return listExportColumns(open, language);
}

type Asked = { all: readonly ExportColumn[]; keys: readonly string[] | null; may: May };

/**
 * The columns that were asked for, in that order; of no wish the usual ones that the caller may see.
 * Refuses a column there is not, one twice, one that the caller may not see, and none at all.
 */
export function chooseColumns({ all, keys, may }: Asked): ExportColumn[] {
  const chosen =
    keys === null
      ? all.filter((column) => column.isUsual && may(column))
      : keys.map((key) => findColumn(all, key));
  const hidden = chosen.find((column) => !may(column)) ?? (chosen.length === 0 ? all[0] : null);
  if (hidden)
    throw refuse("forbidden", `Your role may not take “${hidden.key}”: ${hidden.permission}.`, {
      field: "/columns",
    });
  if (new Set(keys).size < (keys ?? []).length)
    throw refuse("invalid", "A column is asked for twice.", { field: "/columns" });
  return chosen;
}

function findColumn(all: readonly ExportColumn[], key: string): ExportColumn {
  const found = all.find((column) => column.key === key);
  if (found) return found;
  throw refuse("invalid", `There is no column “${key}”.`, { field: "/columns" });
}

import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach } from "../../platform/rights.ts";
import type { SignIn } from "../../platform/session.ts";
import { EXPORT } from "../reports/index.ts";
import { findSaved, lockSaved, type SavedReport } from "./queries.ts";
import { tellsOfOne } from "./rules.ts";

export const READ = { access: { permission: "reports.read" } };
export const KEEP = { access: { permission: "saved-reports.keep" } };
export const SHARE = "saved-reports.share";

/** What the caller may do to saved reports beside reading them. */
export type Rights = {
  staffId: string;
  mayKeep: boolean;
  mayShare: boolean;
  /** Whether that counts in the whole company: what is shared is theirs to change as well. */
  isCompany: boolean;
};

export function rightsOf(
  { staffId, grants }: SignIn,
  { permissions }: Pick<Context, "permissions">,
): Rights {
  const reach = findReach(grants, SHARE, permissions);
  return {
    staffId,
    mayKeep: findReach(grants, KEEP.access.permission, permissions) !== null,
    mayShare: reach !== null,
    isCompany: reach?.kind === "tenant",
  };
}

export async function getSaved(
  tx: TenantTransaction,
  asked: { id: string; staffId: string },
): Promise<SavedReport> {
  const saved = await findSaved(tx, asked);
  if (saved) return saved;
  throw refuseMissing();
}

export const mayChange = (saved: SavedReport, { staffId, mayKeep, isCompany }: Rights): boolean =>
  mayKeep && (saved.ownerId === staffId || (saved.shared && isCompany));

export async function lockToChange(
  tx: TenantTransaction,
  id: string,
  rights: Rights,
): Promise<SavedReport> {
  const saved = await lockSaved(tx, id);
  if (saved && mayChange(saved, rights)) return saved;
  if (saved && (await findSaved(tx, { id, staffId: rights.staffId })))
    throw refuse("forbidden", "This saved report is somebody else's. Save one of your own.");
  throw refuseMissing();
}

type Leaving = {
  grants: SignIn["grants"];
  source: Pick<Context, "permissions">;
  by: "file" | "mail";
};

/** Refuses to let what one person did leave for where nobody could forget it, or past who may take it. */
export function refuseLeaving(
  { report }: Pick<SavedReport, "report">,
  { grants, source: { permissions }, by }: Leaving,
): void {
  if (!tellsOfOne(report)) return;
  if (by === "mail")
    throw refuse(
      "invalid",
      "One customer's visits go by no mail: a mailbox forgets nobody. Share the report, or take its file.",
    );
  const { permission } = EXPORT.access;
  if (!findReach(grants, permission, permissions))
    throw refuse("forbidden", `Your role may not do this: ${permission}.`);
}

const refuseMissing = () =>
  refuse("not-found", "There is no such saved report. It may be removed, or shared no more.");
export const refuseName = () =>
  refuse("conflict", "Another saved report has this name already.", { field: "/name" });
export const refuseSharing = (field = "/shared") =>
  refuse("forbidden", `Your role may not do this: ${SHARE}.`, { field });

export function refuseKeys({ isKey }: SignIn): void {
  if (isKey) throw refuse("forbidden", "A saved report is somebody's, and an API key is nobody.");
}

import { buffer } from "node:stream/consumers";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { isRefusal } from "../../platform/errors.ts";
import type { JobContext } from "../../platform/jobs.ts";
import { PDF_TYPE, printReport } from "../../platform/print-report.ts";
import { doesSeeMembers, findReach } from "../../platform/rights.ts";
import type { listColleagues } from "../access/index.ts";
import { listBranchesWithin } from "../branches/index.ts";
import { writeReportMail, writeUntoldMail } from "./mail-words.ts";
import type { Reading } from "./reader-queries.ts";
import { getSaved, READ } from "./rights.ts";
import { STOP_PATH, writeStop } from "./stop-link.ts";
import { printSaved } from "./told.ts";

/** What a report of too many days or visits is refused by. */
const TOO_MANY = "/from";

export type Colleague = Awaited<ReturnType<typeof listColleagues>>[number];

/** A mail that is being written: to whom, and by whose order. */
export type Writing = Reading & {
  language: "en" | "vi";
  mailId: string;
  reader: Colleague;
  orderer: Colleague;
};

export type Letter = Parameters<NonNullable<JobContext["mailer"]>["send"]>[0];

/** What its reader may see of it right now; a word: why there is none. */
export async function writeLetter(
  context: JobContext,
  tenantId: string,
  writing: Writing,
): Promise<Letter | "no-right" | "not-told"> {
  const { savedId: id, readerId: staffId, language, mailId, reader, orderer } = writing;
  const { database, hooks, permissions, sealing, origin } = context;
  const stop = `${origin()}${STOP_PATH}/${writeStop(sealing, { ...writing, tenantId })}`;
  const links = { open: `${origin()}/saved-reports/${id}`, stop };
  const around = {
    ...{ language, links },
    orderer: reader.id === orderer.id ? null : orderer.name || orderer.email,
  };
  const head = { to: reader.email, reference: mailId, stop };
  const entry = await database.readTenant(tenantId, (tx) => findEntry(tx, context, reader));
  if (entry === null) return "no-right";
  const signIn = { staffId, grants: reader.grants };
  try {
    const asked = { id, query: { file: language }, signIn, source: { hooks, permissions } };
    const { saved, printed } = await database.readTenant(entry, (tx) =>
      printSaved(tx, { ...asked, leavesBy: "mail" }),
    );
    const content = await buffer(printReport(printed));
    return {
      ...head,
      ...writeReportMail({ ...around, printed }),
      attachment: { name: `${saved.report}.pdf`, type: PDF_TYPE, content },
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // It is shared no more, goes by no mail, or is of branches and customers that are not theirs to see.
    if (error.refusal.field !== TOO_MANY) return "not-told";
    const { name } = await database.readTenant(entry, (tx) => getSaved(tx, { id, staffId }));
    const { from, to } = error.refusal.instead ?? {};
    return {
      ...head,
      ...writeUntoldMail({ ...around, name, days: from && to ? { from, to } : null }),
    };
  }
}

/** As far as somebody reads reports; null: nowhere. */
async function findEntry(
  tx: TenantTransaction,
  { permissions }: JobContext,
  { grants }: Colleague,
): Promise<TenantEntry | null> {
  const reach = findReach(grants, READ.access.permission, permissions);
  if (!reach) return null;
  const branchIds = reach.kind === "tenant" ? null : await listBranchesWithin(tx, reach);
  return { tenantId: tx.tenantId, branchIds, seesMembers: doesSeeMembers(reach) };
}

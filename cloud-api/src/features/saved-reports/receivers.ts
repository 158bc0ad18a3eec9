import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach } from "../../platform/rights.ts";
import type { SignIn } from "../../platform/session.ts";
import { listColleagues } from "../access/index.ts";
import type { Colleague } from "./letter.ts";
import type { Ordered } from "./mail-queries.ts";
import { readOutcome } from "./mail-rules.ts";
import type { SavedReport } from "./queries.ts";
import { deleteOtherReaders, insertReaders, listReaders, resumeReader } from "./reader-queries.ts";
import { READ, refuseSharing, rightsOf } from "./rights.ts";
import type { MailReply } from "./schema.ts";

type Rules = Pick<Context, "permissions">;

const doesRead = ({ grants }: Pick<Colleague, "grants">, { permissions }: Rules): boolean =>
  findReach(grants, READ.access.permission, permissions) !== null;

/** Whom somebody may have a report written to: those who read reports, where it is shared with them. */
export async function listNameable(
  tx: TenantTransaction,
  { saved, signIn, rules }: { saved: SavedReport; signIn: SignIn; rules: Rules },
): Promise<Colleague[]> {
  if (!saved.shared || !rightsOf(signIn, rules).mayShare) return [];
  return (await listColleagues(tx)).filter(
    (each) => each.id !== signIn.staffId && doesRead(each, rules),
  );
}

type Named = {
  saved: SavedReport;
  signIn: SignIn;
  rules: Rules;
  /** Undefined: those that are named already. */
  readerIds: readonly string[] | undefined;
};

/** Has it written to whoever orders it, and to the colleagues that they name. */
export async function putReaders(
  tx: TenantTransaction,
  ordered: Ordered,
  { saved, signIn, rules, readerIds }: Named,
): Promise<void> {
  const own = ordered.staffId;
  if (readerIds) {
    const readers = await listReaders(tx, ordered);
    const asked = readerIds.map((id) => id.toLowerCase()).filter((id) => id !== own);
    const added = asked.filter((id) => !readers.some(({ readerId }) => readerId === id));
    if (added.length > 0) await checkAdded(tx, { saved, signIn, rules, added });
    // Whoever ordered it cannot undo what its reader chose.
    if (readers.some(({ readerId, stoppedAt }) => stoppedAt !== null && asked.includes(readerId)))
      throw refuse("conflict", "One of them stopped these mails. They may order it themselves.", {
        field: "/readerIds",
      });
    await deleteOtherReaders(tx, ordered, [own, ...asked]);
    await insertReaders(tx, ordered, asked);
  }
  await insertReaders(tx, ordered, [own]);
  await resumeReader(tx, { ...ordered, readerId: own });
}

type Added = Omit<Named, "readerIds"> & { added: readonly string[] };

async function checkAdded(tx: TenantTransaction, { added, ...named }: Added): Promise<void> {
  if (!rightsOf(named.signIn, named.rules).mayShare) throw refuseSharing("/readerIds");
  if (!named.saved.shared)
    throw refuse("conflict", "It is shared with nobody. Share it with the company first.", {
      field: "/readerIds",
    });
  const nameable = new Set((await listNameable(tx, named)).map(({ id }) => id));
  if (added.every((id) => nameable.has(id))) return;
  throw refuse("not-found", "One of them is no colleague who reads reports.", {
    field: "/readerIds",
  });
}

type Told = NonNullable<MailReply["mail"]>["readers"][number];

/** Everybody an order is written to, whoever ordered it among them, with what became of the last mail. */
export async function describeReaders(
  tx: TenantTransaction,
  ordered: Ordered,
  rules: Rules,
): Promise<Told[]> {
  const colleagues = new Map((await listColleagues(tx)).map((each) => [each.id, each]));
  return (await listReaders(tx, ordered)).map(({ mailId: _, readerId, stoppedAt, ...last }) => {
    const colleague = colleagues.get(readerId);
    const isReading = colleague !== undefined && doesRead(colleague, rules);
    const standing = colleague ? (isReading ? "reads" : "no-right") : "left";
    return {
      ...{ id: readerId, name: colleague ? colleague.name || colleague.email : null },
      ...{ isOwn: readerId === ordered.staffId, standing: stoppedAt ? "stopped" : standing },
      begunAt: last.begunAt?.toISOString() ?? null,
      outcome: readOutcome(last, tx.now),
      detail: last.detail,
    };
  });
}

import { createHash } from "node:crypto";
import type { FileQuestion } from "@foyer/contract";
import type { Context } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import {
  countFileBytes,
  type FileKind,
  hasSent,
  insertFile,
  listFilesOf,
  type NewFile,
} from "./file-queries.ts";
import { BRANCH_DAY_BYTES_MAX, bytesMaxOf, COMPANY_BYTES_MAX, countedSince } from "./file-rules.ts";
import { type TakeFault, type TakenFile, takeFile } from "./file-take.ts";

/** What a file is kept by; held, so that files of one answer come one after the other. */
export type HeldAnswer = Pick<NewFile, "answerId" | "branchId" | "answeredAt">;

export type KeepFault = TakeFault | "too-heavy" | "no-file" | "full" | "no-room";
export type Kept =
  | { kind: "added" }
  /** The question holds a file that was sent with these bytes. */
  | { kind: "same" }
  /** The answer takes none any more. */
  | { kind: "gone" }
  | { kind: "fault"; fault: KeepFault };

type Keeping = {
  question: FileQuestion;
  /** Sent by whoever answered, and not by staff: a branch's day has its bound. */
  isGuests: boolean;
  /** It reaches the whole company: what all have sent is counted. */
  tenant: TenantEntry;
  /** What was open while the file came in may be closed by now: it is asked again. Null: it is. */
  hold: (tx: TenantTransaction) => Promise<HeldAnswer | null>;
  /** Told of what is kept, in its transaction. */
  note?: (tx: TenantTransaction, file: { kind: FileKind; byteCount: number }) => void;
};

/** A file that came in whole: looked at, made anew and kept, in this order. */
export async function keepFile(context: Context, bytes: Buffer, keeping: Keeping): Promise<Kept> {
  const { question } = keeping;
  if (bytes.length > bytesMaxOf(question)) return { kind: "fault", fault: "too-heavy" };
  const { takesPdf } = question;
  const take = await takeFile(bytes, { takesPdf, scan: context.scanFile });
  if (take.kind === "refused") {
    const isNeither = take.fault === "no-picture" && takesPdf;
    return { kind: "fault", fault: isNeither ? "no-file" : take.fault };
  }
  const sentHash = createHash("sha256").update(bytes).digest();
  return context.database.inTenant(keeping.tenant, (tx) =>
    insert(tx, keeping, { file: take.file, sentHash }),
  );
}

async function insert(
  tx: TenantTransaction,
  { question, hold, note, isGuests }: Keeping,
  { file, sentHash }: { file: TakenFile; sentHash: Buffer },
): Promise<Kept> {
  const answer = await hold(tx);
  if (!answer) return { kind: "gone" };
  const { answerId } = answer;
  const questionId = question.id;
  if (await hasSent(tx, { answerId, questionId, sentHash })) return { kind: "same" };
  const kept = await listFilesOf(tx, [answerId]);
  if (kept.filter((each) => each.questionId === questionId).length >= question.filesMax)
    return { kind: "fault", fault: "full" };
  const byteCount = file.bytes.length;
  if (!(await hasRoom(tx, { byteCount, branchId: answer.branchId, isGuests })))
    return { kind: "fault", fault: "no-room" };
  const about = { questionId, byteCount, sentHash, isGuests };
  await insertFile(tx, { ...file, ...answer, ...about, id: newId() });
  note?.(tx, { kind: file.kind, byteCount });
  return { kind: "added" };
}

async function hasRoom(
  tx: TenantTransaction,
  { byteCount, branchId, isGuests }: { byteCount: number; branchId: string; isGuests: boolean },
): Promise<boolean> {
  const kept = await countFileBytes(tx, { branchId, since: countedSince(tx.now) });
  const isDayFull = isGuests && kept.ofGuests + byteCount > BRANCH_DAY_BYTES_MAX;
  return !isDayFull && kept.ofCompany + byteCount <= COMPANY_BYTES_MAX;
}

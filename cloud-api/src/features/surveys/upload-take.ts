import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { FileQuestion } from "@foyer/contract";
import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import { type ReceivedFile, receiveFile } from "../../platform/receive-file.ts";
import { countFileBytes, hasSent, insertFile, listFilesOf, lockAnswer } from "./file-queries.ts";
import { bytesMaxOf, COMPANY_BYTES_MAX } from "./file-rules.ts";
import { type TakeFault, type TakenFile, takeFile } from "./file-take.ts";
import { type Asked, openDoor } from "./upload-door.ts";

export type Fault =
  | TakeFault
  | Exclude<ReceivedFile["kind"], "file" | "broken" | "too-large">
  | ("too-heavy" | "interrupted" | "no-file" | "full" | "no-room" | "many");
export type Outcome =
  | { kind: "added" }
  | { kind: "same" }
  | { kind: "gone" }
  | { kind: "fault"; fault: Fault };
type Taking = { asked: Asked; question: FileQuestion; request: FastifyRequest };

/** Takes one file in: read, looked at, made anew and kept, in this order. */
export async function takeIn(context: Context, taking: Taking): Promise<Outcome> {
  const { question, request } = taking;
  const received = await receiveFile({
    ...{ body: request.body as Readable, headers: request.headers },
    bytesMax: bytesMaxOf(question),
  });
  if (received.kind !== "file") return { kind: "fault", fault: toFault(received.kind) };
  const { takesPdf } = question;
  const take = await takeFile(received.bytes, { takesPdf, scan: context.scanFile });
  if (take.kind === "refused") {
    const isNeither = take.fault === "no-picture" && takesPdf;
    return { kind: "fault", fault: isNeither ? "no-file" : take.fault };
  }
  const sentHash = createHash("sha256").update(received.bytes).digest();
  return keep(context, taking, { file: take.file, sentHash });
}

function toFault(kind: Exclude<ReceivedFile["kind"], "file">): Fault {
  switch (kind) {
    case "too-large":
      return "too-heavy";
    case "broken":
      return "interrupted";
    case "nothing":
    case "more-than-one":
      return kind;
    default:
      return assertNever(kind);
  }
}

/** What was open while the file came in may be closed by now, or full: all is asked again. */
function keep(
  { database }: Context,
  { asked, question }: Taking,
  { file, sentHash }: { file: TakenFile; sentHash: Buffer },
): Promise<Outcome> {
  return database.inTenant(asked.tenantId, async (tx): Promise<Outcome> => {
    const door = await openDoor(tx, asked);
    if (door.kind === "closed") return { kind: "gone" };
    const { id: answerId, branchId, answeredAt } = door.open.answer;
    await lockAnswer(tx, answerId);
    const questionId = question.id;
    if (await hasSent(tx, { answerId, questionId, sentHash })) return { kind: "same" };
    const kept = await listFilesOf(tx, [answerId]);
    if (kept.filter((each) => each.questionId === questionId).length >= question.filesMax)
      return { kind: "fault", fault: "full" };
    const byteCount = file.bytes.length;
    if ((await countFileBytes(tx)) + byteCount > COMPANY_BYTES_MAX)
      return { kind: "fault", fault: "no-room" };
    const place = { answerId, branchId, questionId, answeredAt };
    await insertFile(tx, { ...file, ...place, id: newId(), byteCount, sentHash });
    return { kind: "added" };
  });
}

/** RFC 9110 §15.5: too large, of a type nobody takes, or to be tried again. */
export function statusOf(fault: Fault): number {
  if (fault === "too-heavy") return 413;
  if (fault === "busy" || fault === "many") return 429;
  if (fault === "full") return 409;
  if (fault === "no-room") return 507;
  return fault === "no-picture" || fault === "no-file" ? 415 : 422;
}

function assertNever(kind: never): never {
  throw new Error(`unknown outcome: ${kind}`);
}

import type { Readable } from "node:stream";
import type { FileQuestion } from "@foyer/contract";
import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { type ReceivedFile, receiveFile } from "../../platform/receive-file.ts";
import { type HeldAnswer, type KeepFault, type Kept, keepFile } from "./file-keep.ts";
import { lockAnswer } from "./file-queries.ts";
import { bytesMaxOf } from "./file-rules.ts";
import { type Asked, openDoor } from "./upload-door.ts";

export type Fault =
  | KeepFault
  | Exclude<ReceivedFile["kind"], "file" | "broken" | "too-large">
  | ("interrupted" | "many");
export type Outcome = Exclude<Kept, { kind: "fault" }> | { kind: "fault"; fault: Fault };
type Taking = { asked: Asked; question: FileQuestion; request: FastifyRequest };

/** Takes one file in as it comes. */
export async function takeIn(
  context: Context,
  { asked, question, request }: Taking,
): Promise<Outcome> {
  const received = await receiveFile({
    ...{ body: request.body as Readable, headers: request.headers },
    bytesMax: bytesMaxOf(question),
  });
  if (received.kind !== "file") return { kind: "fault", fault: toFault(received.kind) };
  return keepFile(context, received.bytes, {
    ...{ question, tenant: asked.tenantId, isGuests: true },
    hold: (tx) => holdAnswer(tx, asked),
  });
}

async function holdAnswer(tx: TenantTransaction, asked: Asked): Promise<HeldAnswer | null> {
  const door = await openDoor(tx, asked);
  if (door.kind === "closed") return null;
  const { id: answerId, branchId, answeredAt } = door.open.answer;
  await lockAnswer(tx, answerId);
  return { answerId, branchId, answeredAt };
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

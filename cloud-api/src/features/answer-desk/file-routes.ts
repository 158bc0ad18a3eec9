import { ANSWER_FILE_MEGABYTES_MAX, type FileQuestion } from "@foyer/contract";
import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf, unboundTenantOf } from "../../platform/session.ts";
import { isForgotten } from "../customers/index.ts";
import { findWording, keepAnswerFile } from "../surveys/index.ts";
import { findTaken, lockTaken, type Taken } from "./queries.ts";
import { refusals, TAG, TAKE } from "./routes.ts";
import { filesCloseAt } from "./rules.ts";
import { FileQuery, FileReply } from "./schema.ts";

const tags = [TAG.name];
const FILE_BYTES_MAX = ANSWER_FILE_MEGABYTES_MAX * 1024 ** 2;
const GONE = "There is no such answer, it asks for no such file, or its time is over.";

/** Pictures and other files that guests show at the desk, each after the answer it belongs to. */
export function registerDeskFiles(routes: Routes, context: Context): void {
  routes.register(async (scope: Routes) => {
    scope.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_, body, done) =>
      done(null, body),
    );
    scope.post(
      "/api/v1/answer-desk/files",
      {
        config: TAKE,
        bodyLimit: FILE_BYTES_MAX,
        schema: {
          tags,
          summary: "Add a file to an answer that one filled in; sent again it is kept once",
          description:
            "Its bytes as application/octet-stream, by which alone it is told what it is: a picture is made anew, a PDF is looked into.",
          querystring: FileQuery,
          consumes: ["application/octet-stream"],
          response: { 200: FileReply, ...refusals },
        },
      },
      (request) => takeFile(request, context, request.query),
    );
  });
}

async function takeFile(
  request: FastifyRequest,
  context: Context,
  { answerId, question: questionId }: FileQuery,
): Promise<FileReply> {
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw refuse("invalid", "Send the file as application/octet-stream.", { field: "/file" });
  const open = await context.database.readTenant(tenantOf(request), (tx) =>
    findOpen(tx, answerId, questionId),
  );
  if (!open) throw refuse("not-found", GONE);
  if (open.takenBy !== staffOf(request).staffId)
    throw refuse("forbidden", "Somebody else filled it in: they add to it themselves.", {
      field: "/answerId",
    });
  const kept = await keepAnswerFile(context, body, {
    ...{ question: open.question, tenant: unboundTenantOf(request), isGuests: false },
    hold: async (tx) => {
      await lockTaken(tx, answerId);
      const held = await findOpen(tx, answerId, questionId);
      return held && { answerId, branchId: held.branchId, answeredAt: held.answeredAt };
    },
    note: (tx, file) => {
      const after = { questionId, ...file };
      const who = open.customerId === null ? {} : { customerId: open.customerId };
      noteChange(tx, { kind: TAG.name, id: answerId, ...who, before: null, after });
    },
  });
  switch (kept.kind) {
    case "added":
      return { outcome: "kept", fault: null };
    case "same":
      return { outcome: "kept-before", fault: null };
    case "gone":
      throw refuse("not-found", GONE);
    case "fault":
      if (kept.fault === "busy")
        throw refuse("busy", "Other files are being looked at. Send it again in a moment.", {
          retryAfterSeconds: 5,
        });
      return { outcome: "refused", fault: kept.fault };
    default:
      return assertNever(kept);
  }
}

type Open = Taken & { question: FileQuestion; answeredAt: Date };

/** An answer that takes files of a question, and of nobody who was forgotten; null: there is none. */
async function findOpen(
  tx: TenantTransaction,
  answerId: string,
  questionId: string,
): Promise<Open | null> {
  const taken = await findTaken(tx, answerId);
  const { surveyId = null, answeredAt = null, customerId = null } = taken ?? {};
  if (!taken || surveyId === null || answeredAt === null) return null;
  if (tx.now >= filesCloseAt(taken.toldAt)) return null;
  if (customerId !== null && (await isForgotten(tx, customerId))) return null;
  const { version, branchId } = taken;
  const survey = await findWording(tx, { surveyId, version, branchId });
  const question = survey?.files?.find(({ id }) => id === questionId);
  return question ? { ...taken, question, answeredAt } : null;
}

function assertNever(unknown: never): never {
  throw new Error(`unknown outcome: ${JSON.stringify(unknown)}`);
}

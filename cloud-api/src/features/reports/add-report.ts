import type { Static, TSchema } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { type Question, readQuestion } from "./figures.ts";
import type { Beside } from "./fitting.ts";
import { readNarrowing } from "./narrowing.ts";
import { ReportQuery } from "./schema.ts";

type Report<Reply extends TSchema> = {
  summary: string;
  reply: Reply;
  find: (tx: TenantTransaction, question: Question) => Promise<Static<Reply>>;
  /** What it counts beside its period. */
  beside?: Beside;
};

/** A report that asks for nothing but what every report does. */
export const addReport =
  (routes: Routes, context: Context) =>
  <Reply extends TSchema>(name: string, { summary, reply, find, beside }: Report<Reply>) =>
    routes.get(
      `/api/v1/reports/${name}`,
      {
        config: { access: { permission: "reports.read" } },
        schema: {
          ...{ tags: ["reports"], summary, querystring: ReportQuery },
          response: { 200: reply, "4xx": ErrorReply },
        },
      },
      (request) => {
        const narrow = readNarrowing(request, context, request.query);
        return context.database.readTenant(tenantOf(request), async (tx) =>
          find(tx, await readQuestion(tx, request.query, narrow, { ...(beside && { beside }) })),
        ) as never;
      },
    );

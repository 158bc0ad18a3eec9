import type { Context, Routes } from "../../feature.ts";
import { tenantOf } from "../../platform/session.ts";
import { registerChains } from "./chain-routes.ts";
import { listMessages } from "./request-queries.ts";
import { READ, refusals, TAG } from "./route-options.ts";
import { MessagesQuery, MessagesReply } from "./schema.ts";
import { registerSenders } from "./sender-routes.ts";

const MESSAGES_LISTED = 100;

export function channelRoutes(routes: Routes, context: Context): void {
  registerSenders(routes, context);
  registerChains(routes, context);
  routes.get(
    "/api/v1/code-messages",
    {
      config: READ,
      schema: {
        tags: [TAG.name],
        summary: "The newest codes that were to be sent, and why some were not",
        querystring: MessagesQuery,
        response: { 200: MessagesReply, ...refusals },
      },
    },
    (request) =>
      context.database.readTenant(tenantOf(request), async (tx) => {
        const { branchId = null } = request.query;
        const rows = await listMessages(tx, { branchId, limit: MESSAGES_LISTED });
        const messages = rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
        return { messages, nextCursor: null, total: messages.length };
      }),
  );
}

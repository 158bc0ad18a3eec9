import { Type } from "typebox";
import type { Context, Routes } from "../feature.ts";
import { SESSION_COOKIE, tenantIdOf } from "./session.ts";

/** How often an open stream says that it lives. */
const HEARTBEAT_SECONDS = 20;
/** How long a change may go out without asking again: a busy log moves many times a second. */
const CHECKED_SECONDS = 1;

/** The stream that tells a browser to ask again: server-sent events, one for each move of the log. */
export function registerLive(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/live",
    {
      config: { access: "member" },
      schema: {
        tags: ["live"],
        summary: "Says that something changed",
        description:
          'Server-sent events: `event: change` with `data: {"position": n}` within a second of a change of anything the tenant sees.',
        response: {
          200: {
            description: "Goes on until either side ends it",
            content: { "text/event-stream": { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const tenantId = tenantIdOf(request);
      const token = request.cookies[SESSION_COOKIE] ?? "";
      const ended = new AbortController();
      reply.raw.once("close", () => ended.abort());
      const stream = reply.raw;
      reply.hijack();
      stream.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // Proxies such as nginx would hold events back.
        "x-accel-buffering": "no",
      });
      stream.write("retry: 2000\n\n");
      const watch = context.live.watch(tenantId);
      const wait = { milliseconds: HEARTBEAT_SECONDS * 1000, signal: ended.signal };
      let checkedAt = context.clock().getTime();
      try {
        // A browser whose stream ends begins another, at the process that takes this one's place.
        while (!ended.signal.aborted && !stream.destroyed && !context.live.isDraining()) {
          const moved = await watch.next(wait);
          const now = context.clock().getTime();
          if (moved === "same" || now - checkedAt >= CHECKED_SECONDS * 1000) {
            if (await isOver(context, token, tenantId)) break;
            checkedAt = now;
          }
          if (moved === "same") stream.write(": here\n\n");
          else stream.write(`event: change\ndata: {"position":${watch.position()}}\n\n`);
        }
      } catch (error) {
        request.log.warn({ err: error }, "live stream ended");
      } finally {
        watch.close();
        stream.end();
      }
    },
  );
}

/** Whether its session has ended or looks at another tenant now. */
async function isOver(context: Context, token: string, tenantId: string): Promise<boolean> {
  const { findSignIn } = context.hooks;
  if (!findSignIn) return true;
  const signIn = await context.database.inDirectory((tx) => findSignIn(tx, token));
  return signIn?.tenantId !== tenantId;
}

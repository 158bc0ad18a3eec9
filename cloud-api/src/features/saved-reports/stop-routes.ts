import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { sendPage } from "../../platform/guest-page.ts";
import { getTenant } from "../tenants/index.ts";
import { findMail } from "./mail-queries.ts";
import { findName } from "./queries.ts";
import { findReader, stopReader } from "./reader-queries.ts";
import { readStop, STOP_PATH, type Stop } from "./stop-link.ts";
import { drawStopPage } from "./stop-page.ts";

/** Of one address: a mailbox provider asks for many of its people from one. */
const LIMIT = { rateLimit: { max: 600, timeWindow: "1 minute" } };
const FORM_BYTES_MAX = 4096;
/** RFC 8058 §3.2: what is posted is one of these; our own form is the second. */
const FORMS = ["multipart/form-data", "application/x-www-form-urlencoded"];

const Params = Type.Object({ token: Type.String({ maxLength: 200 }) });
const Query = Type.Object({
  language: Type.Optional(Type.Union([Type.Literal("vi"), Type.Literal("en")])),
});
const schema = { hide: true, params: Params, querystring: Query } as const;
const PATH = `${STOP_PATH}/:token`;

/**
 * Ends the mails of one order to one reader, by the link in them and without signing in. Looking at it
 * changes nothing: mailboxes open links by themselves (RFC 8058 §1). There is no session in it, so that
 * no origin is asked for either: whoever holds the link may stop.
 */
export function stopRoutes(routes: Routes, context: Context): void {
  routes.get(PATH, { config: LIMIT, schema }, (request, reply) =>
    answer(context, { request, reply, stop: false }),
  );
  routes.register(async (scope: Routes) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      FORMS,
      { parseAs: "buffer", bodyLimit: FORM_BYTES_MAX },
      (_request, _body, done) => done(null, null),
    );
    scope.post(PATH, { config: LIMIT, schema }, (request, reply) =>
      answer(context, { request, reply, stop: true }),
    );
  });
}

type Asked = { request: FastifyRequest; reply: FastifyReply; stop: boolean };

async function answer({ database, sealing }: Context, { request, reply, stop }: Asked) {
  const { token } = request.params as { token: string };
  const chosen = (request.query as { language?: "vi" | "en" }).language;
  const path = `${STOP_PATH}/${token}`;
  const asked = readStop(sealing, token);
  const found = asked && (await database.inTenant(asked.tenantId, (tx) => find(tx, asked, stop)));
  const language = chosen ?? found?.language ?? readLanguage(request);
  reply.header("cache-control", "no-store");
  const page = drawStopPage({ ...(found ?? { what: "nothing" }), language, path });
  return sendPage(reply, { ...page, status: found ? 200 : 404 });
}

/** Null: there are no such mails any more. Nobody is told whether there ever were. */
async function find(tx: TenantTransaction, asked: Stop, stop: boolean) {
  const reader = await findReader(tx, asked);
  const report = await findName(tx, asked.savedId);
  if (!reader || report === null) return null;
  if (stop) await stopReader(tx, asked);
  const language = (await findMail(tx, asked))?.language;
  const what = stop || reader.stoppedAt !== null ? "stopped" : "stop";
  return { what, language, report, company: (await getTenant(tx)).name } as const;
}

const readLanguage = ({ headers }: FastifyRequest): "vi" | "en" =>
  headers["accept-language"]?.toLowerCase().startsWith("en") ? "en" : "vi";

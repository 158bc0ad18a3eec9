import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { Database, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import { findSender } from "../channels/index.ts";
import { type BroughtRow, bringRows, planRows } from "../customers/index.ts";
import { bringingOf, PROFILE_TASK } from "./jobs.ts";
import { type AccountRow, findAccount, noteEvent, noteFollows } from "./queries.ts";
import { type FollowerEvent, isSigned, nameFollower, readEvent, readTime } from "./rules.ts";
import { keyPlace } from "./webhook-key.ts";

const Params = Type.Object({
  tenantId: Type.String({ format: "uuid" }),
  senderId: Type.String({ format: "uuid" }),
});
type Called = { tenantId: string; senderId: string };
const BODY_BYTES_MAX = 64 * 1024;
/** Zalo tells of all followers of all companies from a few addresses. */
const LIMIT = { rateLimit: { max: 6000, timeWindow: "1 minute" } };

/**
 * Where Zalo tells of followers. The address says whose they are, and counts for nothing until the
 * signature fits: it is made with the secret key of that account's webhook, which only the two know.
 */
export function webhookRoutes(routes: Routes, { database, sealing, clock }: Context): void {
  routes.register(async (scope) => {
    // The signature is over the body as it came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));
    scope.post(
      "/api/webhooks/zalo/:tenantId/:senderId",
      {
        config: LIMIT,
        bodyLimit: BODY_BYTES_MAX,
        schema: { hide: true, params: Params },
      },
      async (request, reply) => {
        const called = request.params as Called;
        const text = typeof request.body === "string" ? request.body : "";
        const header = String(request.headers["x-zevent-signature"] ?? "");
        const opened = await database.inTenant(called.tenantId, async (tx) => {
          const account = await findAccount(tx, called.senderId);
          const sender = account && (await findSender(tx, called.senderId));
          if (!account?.webhookKey || !sender) return null;
          const key = sealing.open(account.webhookKey, keyPlace(called));
          return { account, key, appId: sender.settings.appId ?? "" };
        });
        const body = readBody(text);
        const timestamp = String(body?.timestamp ?? "");
        if (!opened || !body || !isSigned({ ...opened, body: text, timestamp, header }))
          throw refuse("unauthorized", "The signature does not fit.");
        const at = readTime(body, clock());
        if (at === null) throw refuse("invalid", "The event is of another time.");
        await takeEvent(database, { ...called, ...opened, event: readEvent(body, at) });
        return reply.code(200).send({ error: 0 });
      },
    );
  });
}

function readBody(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

type Taken = Called & { account: AccountRow; event: FollowerEvent };

/** Done at once and little: after two seconds Zalo takes the webhook for dead. */
async function takeEvent(
  database: Database,
  { tenantId, senderId, account, event }: Taken,
): Promise<void> {
  await database.changeTenant(tenantId, async (tx) => {
    await noteEvent(tx, senderId);
    if (event.kind === "other") return { result: null, events: [] };
    const { userId, at } = event;
    const identifiers = [nameFollower(account.oaId, userId)];
    if (event.kind === "shared")
      return { result: null, events: await share(tx, { account, userId, told: event.told }) };
    await noteFollows(tx, { identifiers, follows: event.kind === "follow", at, seenAt: null });
    if (event.kind === "follow")
      await enqueue(tx, {
        task: PROFILE_TASK,
        payload: { senderId, userId },
        key: `${senderId}:${userId}`,
      });
    return { result: null, events: [] };
  });
}

type Shared = Pick<Extract<FollowerEvent, { kind: "shared" }>, "userId" | "told"> & {
  account: AccountRow;
};

/** What a follower hands over in the account's form. */
async function share(
  tx: TenantTransaction,
  { account, userId, told }: Shared,
): Promise<NewEvent[]> {
  const zaloId = nameFollower(account.oaId, userId);
  const row: BroughtRow = { rowId: newId(), row: 0, told: { ...told, zaloId } };
  const [outcome] = await planRows(tx, [row], { source: "zalo", replace: false });
  const brings = outcome?.kind === "new" || outcome?.kind === "changed";
  return brings ? [bringRows(tx, bringingOf(account), [row])] : [];
}

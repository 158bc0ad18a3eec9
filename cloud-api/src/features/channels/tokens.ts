import { setTimeout as sleep } from "node:timers/promises";
import type { JobContext } from "../../platform/jobs.ts";
import {
  type Configured,
  joinUrl,
  judgeFailure,
  readJson,
  type Sending,
  shorten,
  type TokenAnswer,
  type Tokens,
  textOf,
} from "./adapters/adapter.ts";
import { findTokenState, setRenewing, setTokenEnd } from "./queries.ts";
import { keepSecret, openSender } from "./sender-store.ts";

/** An access token that ends so soon is not used any more. */
const TOKEN_MARGIN_SECONDS = 120;
/** How long one process may take to renew before another takes it for dead. */
const LEASE_SECONDS = 20;
const LOOK_MILLISECONDS = 150;
/** Where an answer does not say how long a token lives; Zalo's live for 25 hours. */
const TOKEN_SECONDS_DEFAULT = 3600;

type Stored =
  | { kind: "token"; accessToken: string }
  | { kind: "renew"; configured: Configured }
  | { kind: "wait" }
  | { kind: "gone" };

type Place = { tenantId: string; senderId: string; signal: AbortSignal };

/**
 * Zalo's tokens (OAuth v4 of an Official Account). A refresh token is good once: one process renews
 * at a time, and the new pair is committed before anybody uses it.
 */
export function openTokens(context: JobContext, place: Place): Tokens {
  return {
    find: async (spent) => {
      for (;;) {
        const stored = await readStored(context, place, spent);
        if (stored.kind === "token") return stored;
        if (stored.kind === "renew") return await renew(context, place, stored.configured);
        if (stored.kind === "gone") return refused("rejected", "the sender was removed");
        if (place.signal.aborted) return refused("retry", "others renew the tokens");
        await sleep(LOOK_MILLISECONDS, undefined, { signal: place.signal }).catch(() => {});
      }
    },
  };
}

/** The token that is kept, or the lease to get another. */
function readStored(
  { database, sealing }: JobContext,
  { tenantId, senderId }: Place,
  spent: string | null,
): Promise<Stored> {
  return database.inTenant<Stored>(tenantId, async (tx) => {
    const state = await findTokenState(tx, senderId);
    const sender = state && (await openSender(tx, sealing, senderId));
    if (!sender) return { kind: "gone" };
    const { accessToken } = sender.configured;
    const usable = new Date(tx.now.getTime() + TOKEN_MARGIN_SECONDS * 1000);
    if (accessToken && accessToken !== spent && state.endsAt && state.endsAt > usable)
      return { kind: "token", accessToken };
    if (state.renewingUntil && state.renewingUntil > tx.now) return { kind: "wait" };
    const until = new Date(tx.now.getTime() + LEASE_SECONDS * 1000);
    await setRenewing(tx, { senderId, until });
    return { kind: "renew", configured: sender.configured };
  });
}

async function renew(
  context: JobContext,
  { tenantId, senderId }: Place,
  { oauthUrl = "", appId = "", appSecret = "", refreshToken = "" }: Configured,
): Promise<TokenAnswer> {
  const { database, outbound, sealing } = context;
  const answer = await outbound.call({
    method: "POST",
    url: joinUrl(oauthUrl, "/v4/oa/access_token"),
    headers: { "content-type": "application/x-www-form-urlencoded", secret_key: appSecret },
    body: new URLSearchParams({
      app_id: appId,
      refresh_token: refreshToken,
      grant_type: "refresh_token",
    }).toString(),
    // Not the message's own time: an answer that nobody waited for would lose the only new token.
    signal: AbortSignal.timeout((LEASE_SECONDS - 5) * 1000),
  });
  const reply = answer.kind === "answered" ? readJson(answer.text) : null;
  const accessToken = textOf(reply?.access_token);
  const newRefreshToken = textOf(reply?.refresh_token);
  if (accessToken === "" || newRefreshToken === "") {
    await database.inTenant(tenantId, (tx) => setRenewing(tx, { senderId, until: null }));
    if (answer.kind === "answered" && answer.status === 200)
      return refused("rejected", `sign in to Zalo again: ${textOf(reply?.error)}`);
    return fromFailure(judgeFailure(answer));
  }
  const seconds = Number(textOf(reply?.expires_in)) || TOKEN_SECONDS_DEFAULT;
  await database.inTenant(tenantId, async (tx) => {
    await keepSecret(tx, sealing, { senderId, field: "refreshToken", secret: newRefreshToken });
    await keepSecret(tx, sealing, { senderId, field: "accessToken", secret: accessToken });
    await setTokenEnd(tx, { senderId, endsAt: new Date(tx.now.getTime() + seconds * 1000) });
  });
  return { kind: "token", accessToken };
}

/** No message was on its way yet: what is unknown of the token is known of the message. */
function fromFailure(sending: Sending): TokenAnswer {
  if (sending.kind === "retry" || sending.kind === "rejected") return { kind: "none", sending };
  return refused("retry", sending.kind === "unknown" ? sending.detail : "");
}

function refused(kind: "rejected" | "retry", detail: string): TokenAnswer {
  const sending =
    kind === "rejected"
      ? ({ kind, reason: "auth", detail: shorten(detail) } as const)
      : ({ kind, reason: "transient", detail: shorten(detail), afterSeconds: 2 } as const);
  return { kind: "none", sending };
}

import type { JobContext } from "../../platform/jobs.ts";
import { findSender, openTokens } from "../channels/index.ts";

/** The most that one page of the list may hold. */
export const PAGE_FOLLOWERS = 50;
/** For senders that were made before they had an address of their own for it. */
const OA_URL = "https://openapi.zalo.me";
const CALL_MILLISECONDS = 20_000;
const TOKEN_REFUSED = -124;

export type Reply =
  | { kind: "data"; data: Record<string, unknown> }
  | { kind: "fault"; fault: Fault };
/** `unreachable` may be over the next time; the others need somebody. */
export type Fault = "sign-in" | "refused" | "unreachable";

export type AccountApi = {
  listFollowers: (offset: number) => Promise<Reply>;
  findProfile: (userId: string) => Promise<Reply>;
};

type Account = { tenantId: string; senderId: string };

type Way = { base: string; token: string };

/**
 * The calls of an Official Account's API, version 3.0: errors come with status 200. Meant for a page of
 * followers: the token is looked up once.
 */
export function openAccountApi(context: JobContext, account: Account): AccountApi {
  let held: Promise<Way | Fault> | null = null;
  const ask = async (path: string, question: Record<string, unknown>): Promise<Reply> => {
    let spent: string | null = null;
    // A token that is refused is renewed once, by whoever of several finds it refused first.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      held ??= findWay(context, account, spent);
      const way = await held;
      if (typeof way === "string") return toFault(way);
      const reply = await call(context, way, { path, question });
      if (reply !== "token-refused") return reply;
      spent = way.token;
      if ((await held) === way) held = null;
    }
    return toFault("sign-in");
  };
  return {
    listFollowers: (offset) =>
      ask("/v3.0/oa/user/getlist", {
        ...{ offset, count: PAGE_FOLLOWERS, tag_name: "", is_follower: "true" },
      }),
    findProfile: (userId) => ask("/v3.0/oa/user/detail", { user_id: userId }),
  };
}

/** Where the calls go, and with which token: another than the one that was refused. */
async function findWay(
  context: JobContext,
  account: Account,
  spent: string | null,
): Promise<Way | Fault> {
  const { tenantId, senderId } = account;
  // Its address stands with the secrets: whoever changes one has to know the others.
  const sender = await context.database.inTenant(tenantId, (tx) => findSender(tx, senderId));
  if (!sender) return "sign-in";
  const signal = AbortSignal.timeout(CALL_MILLISECONDS);
  const token = await openTokens(context, { ...account, signal }).find(spent);
  if (token.kind === "none") return token.sending.kind === "rejected" ? "sign-in" : "unreachable";
  const base = (sender.settings.oaUrl || OA_URL).replace(/\/+$/, "");
  return { base, token: token.accessToken };
}

type Asked = { path: string; question: Record<string, unknown> };

async function call(
  { outbound }: JobContext,
  { base, token }: Way,
  { path, question }: Asked,
): Promise<Reply | "token-refused"> {
  const address = new URL(`${base}${path}`);
  address.searchParams.set("data", JSON.stringify(question));
  const answer = await outbound.call({
    method: "GET",
    url: address.href,
    headers: { access_token: token },
    signal: AbortSignal.timeout(CALL_MILLISECONDS),
  });
  if (answer.kind !== "answered" || answer.status >= 500 || answer.status === 429)
    return toFault("unreachable");
  const reply = readReply(answer.text);
  const error = Number(reply?.error ?? Number.NaN);
  if (error === TOKEN_REFUSED) return "token-refused";
  if (error !== 0 || typeof reply?.data !== "object" || reply.data === null)
    return toFault("refused");
  return { kind: "data", data: reply.data as Record<string, unknown> };
}

const toFault = (fault: Fault): Reply => ({ kind: "fault", fault });

function readReply(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type ZaloProfile = {
  display_name: string;
  user_is_follower?: boolean;
  shared_info?: { name?: string; phone?: string | number; user_dob?: string };
};

export const APP_ID = "4063700000000000001";
export const OA_ID = "2491300000000000001";
export const OA_SECRET_KEY = "oa-secret-key-of-a-test";
export const APP_SECRET = "app-secret-of-a-test";

export type ZaloAccount = {
  url: string;
  /** By user id: who is in the list of followers. */
  profiles: Map<string, ZaloProfile>;
  /** Refresh tokens in the order they came: one that comes twice has lost the account. */
  spent: string[];
  /** What every access token so far is answered with from now on. */
  revoke: () => void;
  state: { failure: number | null; calls: number };
  /** What the list of followers waits for. */
  hold: (until: Promise<void>) => void;
  close: () => Promise<void>;
};

/**
 * A Zalo Official Account as its documents describe it: OAuth v4, where a refresh token is good once, and
 * version 3.0 of the API, whose errors come with status 200 and whose token has a header of its own.
 */
export async function openZaloAccount(): Promise<ZaloAccount> {
  const profiles: ZaloAccount["profiles"] = new Map();
  const spent: string[] = [];
  const state: ZaloAccount["state"] = { failure: null, calls: 0 };
  let held: Promise<void> = Promise.resolve();
  let [refreshToken, accessToken] = ["refresh-1", ""];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const address = new URL(request.url ?? "", "http://zalo");
    const say = (reply: object) => response.end(JSON.stringify(reply));
    if (address.pathname === "/v4/oa/access_token") {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const given = form.get("refresh_token") ?? "";
      spent.push(given);
      if (given !== refreshToken || request.headers.secret_key !== APP_SECRET)
        return say({ error: -14014, error_name: "Invalid refresh token" });
      refreshToken = `refresh-${spent.length + 1}`;
      accessToken = `access-${spent.length}`;
      return say({ access_token: accessToken, refresh_token: refreshToken, expires_in: "90000" });
    }
    state.calls += 1;
    if (accessToken === "" || request.headers.access_token !== accessToken)
      return say({ error: -124, message: "Access token is invalid" });
    const { failure } = state;
    if (address.pathname === "/v3.0/oa/user/getlist") await held;
    if (failure !== null) return say({ error: failure, message: "Refused" });
    const question = JSON.parse(address.searchParams.get("data") ?? "{}");
    if (address.pathname === "/v3.0/oa/user/getlist") {
      const { offset, count, is_follower: isFollower } = question;
      if (count > 50 || isFollower !== "true") return say({ error: -201, message: "count" });
      const all = [...profiles.keys()].map((user_id) => ({ user_id }));
      const page = all.slice(offset, offset + count);
      return say({ error: 0, data: { total: all.length, count, offset, users: page } });
    }
    const profile = profiles.get(question.user_id);
    if (address.pathname !== "/v3.0/oa/user/detail" || !profile)
      return say({ error: -213, message: "User has not followed OA" });
    const { user_id } = question;
    return say({ error: 0, data: { user_id, user_is_follower: true, ...profile } });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ profiles, spent, state },
    hold: (until) => {
      held = until;
    },
    revoke: () => {
      accessToken = "";
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Tells of a follower as Zalo does: signed with a plain SHA-256 over app, body, time and key. */
export function tellOf(
  webhookUrl: string,
  event: Record<string, unknown>,
  { key = OA_SECRET_KEY, at = new Date() }: { key?: string; at?: Date } = {},
): Promise<Response> {
  const timestamp = String(at.getTime());
  const body = JSON.stringify({ app_id: APP_ID, oa_id: OA_ID, ...event, timestamp });
  const sum = createHash("sha256").update(`${APP_ID}${body}${timestamp}${key}`).digest("hex");
  const headers = { "content-type": "application/json", "X-ZEvent-Signature": `mac=${sum}` };
  return fetch(webhookUrl, { method: "POST", headers, body });
}

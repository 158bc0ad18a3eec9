import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { newId } from "../../platform/clock.ts";
import { insertSender } from "./queries.ts";
import { keepSecret, openSender } from "./sender-store.ts";
import { openTokens } from "./tokens.ts";

let cloud: TestCloud;
let tenantId: string;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-11-26T02:00:00Z") });
  tenantId = await cloud.addTenant();
});
afterAll(() => cloud?.close());

/** Zalo's OAuth: each refresh token is good once, and gives the next pair. */
async function openOauth() {
  const seen: string[] = [];
  const state = { answer: "pair" as "pair" | "error" | "break" };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    seen.push(form.get("refresh_token") ?? "");
    if (request.headers.secret_key !== "app-secret") return response.writeHead(418).end();
    if (state.answer === "break") return request.socket.destroy();
    const isSpent = form.get("refresh_token") !== `refresh-${seen.length}`;
    if (state.answer === "error" || isSpent)
      return response.end('{"error":-14014,"error_name":"Invalid refresh token"}');
    const next = seen.length;
    response.end(
      JSON.stringify({
        ...{ access_token: `access-${next}`, refresh_token: `refresh-${next + 1}` },
        expires_in: "90000",
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const oauthUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const senderId = newId();
  const { sealing } = cloud.jobContext;
  await cloud.database.inTenant(tenantId, async (tx) => {
    const settings = { oauthUrl, appId: "app", templateId: "1" };
    await insertSender(tx, { id: senderId, name: "Zalo", kind: "zalo", settings });
    await keepSecret(tx, sealing, { senderId, field: "appSecret", secret: "app-secret" });
    await keepSecret(tx, sealing, { senderId, field: "refreshToken", secret: "refresh-1" });
  });
  const open = () => {
    const signal = AbortSignal.timeout(10_000);
    return openTokens(cloud.jobContext, { tenantId, senderId, signal });
  };
  const held = async () => {
    const sender = await cloud.database.inTenant(tenantId, (tx) =>
      openSender(tx, sealing, senderId),
    );
    return sender?.configured;
  };
  return { seen, state, open, held };
}

test("a token is got once, by whoever of many asks first, and is used until it ends", async () => {
  const { seen, open } = await openOauth();
  const answers = await Promise.all([open(), open(), open()].map((tokens) => tokens.find(null)));
  expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(await open().find(null)).toEqual({ kind: "token", accessToken: "access-1" });
  expect(seen).toEqual(["refresh-1"]);
});

test("the new pair is kept before anybody has the token, for the next one is good once as well", async () => {
  const { seen, open, held } = await openOauth();
  const [first] = await Promise.all([open().find(null), open().find(null)]);
  expect(first).toEqual({ kind: "token", accessToken: "access-1" });
  expect(await held()).toMatchObject({ accessToken: "access-1", refreshToken: "refresh-2" });
  expect(await open().find("access-1")).toEqual({ kind: "token", accessToken: "access-2" });
  cloud.passSeconds(25 * 3600);
  expect(await open().find(null)).toEqual({ kind: "token", accessToken: "access-3" });
  expect(seen).toEqual(["refresh-1", "refresh-2", "refresh-3"]);
});

test("a refresh token that Zalo does not take asks staff to sign in again", async () => {
  const { state, open } = await openOauth();
  state.answer = "error";
  expect(await open().find(null)).toMatchObject({
    kind: "none",
    sending: { kind: "rejected", reason: "auth" },
  });
});

test("where the answer was lost the message surely was not sent, and the next one tries again", async () => {
  const { state, open, seen } = await openOauth();
  state.answer = "break";
  expect(await open().find(null)).toMatchObject({ kind: "none", sending: { kind: "retry" } });
  expect(await open().find(null)).toMatchObject({ kind: "none", sending: { kind: "retry" } });
  expect(seen).toEqual(["refresh-1", "refresh-1"]);
});

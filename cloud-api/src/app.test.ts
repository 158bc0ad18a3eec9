import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openTestApp, PASSWORD, type TestApp } from "../test/open-test-app.ts";
import { buildApp, REQUESTS_PER_MINUTE_MAX } from "./app.ts";
import { features } from "./features.ts";
import { withClient } from "./platform/roles.ts";

let site: TestApp;
let appFolder: string;
beforeAll(async () => {
  appFolder = await mkdtemp(join(tmpdir(), "foyer-app-"));
  await mkdir(join(appFolder, "assets"));
  await writeFile(join(appFolder, "index.html"), "<!doctype html><title>Foyer</title>");
  await writeFile(join(appFolder, "assets", "index-abc123.js"), "export {};");
  site = await openTestApp({ appFolder });
});
afterAll(async () => {
  await site?.close();
  await rm(appFolder, { recursive: true, force: true });
});

test("every schema of a request or an answer can be compiled, which a start leaves for later", async () => {
  const { context } = site;
  const options = { features, context, log: pino({ level: "silent" }), trustedProxies: [] };
  const app = await buildApp({ ...options, appFolder, compilesAtOnce: true });
  await app.ready();
  await app.close();
  expect(app.hasRoute({ method: "GET", url: "/api/v1/session" })).toBe(true);
});

describe("a request that changes something", () => {
  const body = {
    tenantName: "A",
    email: "origin@example.test",
    name: "A",
    password: PASSWORD,
    language: "vi",
  };

  test.each([
    ["another site's", { origin: "https://evil.test" }],
    ["the same host by another scheme", { origin: "https://foyer.test" }],
    ["another port of the host", { origin: "http://foyer.test:8080" }],
    ["a sandboxed page's", { origin: "null" }],
  ])("is refused with %s origin, and does nothing", async (_, headers) => {
    const refused = await site.browser().ask("POST", "/api/v1/sign-up", body, headers);
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const { email, password } = body;
    const attempt = await site.browser().ask("POST", "/api/v1/session", { email, password });
    expect(attempt.status).toBe(401);
  });

  test("is refused without an origin, signed in or not", async () => {
    const owner = await site.signUp();
    for (const method of ["POST", "PUT", "PATCH", "DELETE"] as const) {
      const url = method === "PUT" ? "/api/v1/session/tenant" : "/api/v1/session";
      const path = method === "PATCH" ? "/api/v1/me" : url;
      const headers = { cookie: owner.cookie() };
      const answer = await site.app.inject({ method, url: path, headers, payload: {} });
      expect(answer.statusCode).toBe(403);
    }
    expect((await owner.ask("GET", "/api/v1/session")).status).toBe(200);
  });
});

describe("every refusal", () => {
  test.each([
    ["GET", "/api/v1/nothing", 404, "not-found"],
    ["GET", "/api/v1/session", 401, "unauthorized"],
    ["POST", "/api/v1/session", 400, "invalid"],
    ["GET", "/missing.js", 404, "not-found"],
    ["GET", "//missing.js", 404, "not-found"],
    ["POST", "//", 404, "not-found"],
    ["POST", "/sign-in", 404, "not-found"],
  ] as const)("%s %s is answered with a code and a message", async (method, path, status, code) => {
    const answer = await site.browser().ask(method, path, method === "POST" ? {} : undefined);
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } });
  });

  test.each([
    ["a parameter that is too long", `/api/v1/customers/${"x".repeat(300)}`],
    ["a parameter that is no text", "/api/v1/customers/%E0%A4%A"],
  ])("of %s has the form of every other", async (_, path) => {
    const answer = await site.browser().ask("GET", path);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid" } });
    expect(answer.body).not.toHaveProperty("statusCode");
  });

  test.each([
    ["GET", "/api/v1/customers/urn:uuid:01990000-0000-7000-8000-0000000000aa", undefined],
    ["GET", "/api/v1/overview?branchId=urn:uuid:01990000-0000-7000-8000-0000000000aa", undefined],
    ["GET", "/api/v1/customers?search=a%00b@c", undefined],
    ["GET", `/api/v1/customers?cursor=${cursorAt("9999-99-99T99:99:99.999Z")}`, undefined],
    ["GET", `/api/v1/visits?cursor=${cursorAt("0000-01-01T00:00:00.000Z")}`, undefined],
    ["GET", `/api/v1/customers?cursor=${cursorAt("2026-02-30T00:00:00.000Z")}`, undefined],
    ["GET", "/api/v1/visits?from=0000-01-01", undefined],
    ["PATCH", "/api/v1/me", { name: "La\u0000n" }],
    ["PATCH", "/api/v1/tenant", { name: "La\u0000n" }],
    ["POST", "/api/v1/session", { email: "la\u0000n", password: PASSWORD }],
  ] as const)("%s %s is the asker's fault, not the server's", async (method, path, body) => {
    const owner = await site.signUp();
    expect(await owner.ask(method, path, body)).toMatchObject({
      status: 400,
      body: { code: "invalid" },
    });
  });

  test.each([[12], [null], [true], [["Lan"]]])(
    "of a body is not avoided by reading %j as a text",
    async (name) => {
      const owner = await site.signUp();
      const answer = await owner.ask("PATCH", "/api/v1/me", { name });
      expect(answer).toMatchObject({ status: 400, body: { field: "/name" } });
    },
  );

  test("names the field that does not fit", async () => {
    const answer = await site
      .browser()
      .ask("POST", "/api/v1/session", { email: "", password: "x" });
    expect(answer.body).toMatchObject({ code: "invalid", field: "/email" });
  });

  test("of a body that is no JSON, or too large, is invalid", async () => {
    const send = (payload: string) =>
      site.app.inject({
        method: "POST",
        url: "/api/v1/session",
        headers: { origin: "http://foyer.test", "content-type": "application/json" },
        payload,
      });
    expect((await send("{")).json()).toMatchObject({ code: "invalid" });
    expect((await send(JSON.stringify({ a: "x".repeat(2_000_000) }))).json()).toMatchObject({
      code: "invalid",
    });
  });
});

describe("the server", () => {
  test("lets no cache keep what it answers, refusals neither", async () => {
    const owner = await site.signUp();
    const answer = await owner.ask("GET", "/api/v1/session");
    expect(answer.headers["cache-control"]).toBe("no-store");
    const refused = await site.browser().ask("GET", "/api/v1/session");
    expect(refused.headers["cache-control"]).toBe("no-store");
  });

  test("counts the requests of an address before it looks anything up, refused ones too", async () => {
    const stranger = site.browser("192.0.2.99");
    const guess = () => stranger.ask("GET", "/api/v1/session");
    const before = await Promise.all(Array.from({ length: REQUESTS_PER_MINUTE_MAX }, guess));
    expect(before.map(({ status }) => status).filter((status) => status !== 401)).toEqual([]);
    expect(await guess()).toMatchObject({ status: 429, body: { code: "busy" } });
    expect((await site.browser("192.0.2.98").ask("GET", "/api/v1/session")).status).toBe(401);
  });

  test("says while its database takes nobody that it is unavailable, and when to ask again", async () => {
    const owner = await site.signUp();
    const ask = () => owner.ask("GET", "/api/v1/session");
    const limit = (most: number) =>
      withClient(site.administratorUrl, async (client) => {
        const { rows } = await client.query("select current_database() as name");
        await client.query(`alter database "${rows[0].name}" connection limit ${most}`);
      });
    await limit(0);
    await cutConnections();
    onTestFinished(() => limit(-1));
    await expect.poll(ask, { timeout: 20_000 }).toMatchObject({
      status: 503,
      headers: { "retry-after": "5" },
      body: { code: "unavailable" },
    });
    // Not the fault of what was sent: nothing a client should give up on.
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    await limit(-1);
    await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(200);
  });

  test("goes on after every connection to its database was cut", async () => {
    const owner = await site.signUp();
    expect((await cutConnections()).rowCount).toBeGreaterThan(0);
    // The pool learns of it by its sockets, a moment later.
    const status = async () => (await owner.ask("GET", "/api/v1/session")).status;
    await expect.poll(status, { timeout: 20_000 }).toBe(200);
  });
});

describe("pages", () => {
  test.each(["/", "/customers", "/branches/0199?tab=boxes"])(
    "%s is the staff app, never kept",
    async (path) => {
      const answer = await site.browser().ask<string>("GET", path);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body).toContain("<title>Foyer</title>");
      expect(answer.headers["cache-control"]).toBe("no-cache");
    },
  );

  test("files with a hash in their name are kept for ever", async () => {
    const answer = await site.browser().ask("GET", "/assets/index-abc123.js");
    expect(answer.headers["cache-control"]).toContain("immutable");
    expect(answer.headers["content-type"]).toContain("javascript");
  });

  test("may load nothing from elsewhere, be framed by nobody, and be reached without https here", async () => {
    const { headers } = await site.browser().ask("GET", "/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|upgrade-insecure-requests|unsafe-eval/);
    expect(headers).not.toHaveProperty("strict-transport-security");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff" });
  });
});

describe("the API's description", () => {
  type Described = { openapi: string; paths: Record<string, Record<string, Operation>> };
  type Operation = { summary?: string; tags?: string[]; security?: unknown[] };

  test("names every route with what it does, where it belongs and who may call it", async () => {
    const { body } = await site.browser().ask<Described>("GET", "/api/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThan(25);
    for (const { path, method, operation } of operations) {
      const name = `${method} ${path}`;
      expect({ name, summary: typeof operation.summary }).toEqual({ name, summary: "string" });
      expect({ name, tags: operation.tags?.length }).toEqual({ name, tags: 1 });
      expect({ name, security: Array.isArray(operation.security) }).toEqual({
        name,
        security: true,
      });
    }
    const { events } = { events: body.paths["/api/box/v1/events"]?.post };
    expect(events?.security).toEqual([{ boxKey: [] }]);
  });

  test("is shown without anything from another host", async () => {
    const page = await site.browser().ask<string>("GET", "/api/docs/");
    expect(page.status).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|upgrade-insecure-requests/);
  });

  test("no two features give the same permission", () => {
    const held = features.flatMap(({ permissions }) => Object.keys(permissions ?? {}));
    expect([...site.context.permissions.keys()].sort()).toEqual(held.sort());
    expect(new Set(held).size).toBe(held.length);
  });
});

describe("the company's log", () => {
  test("shows its owner what was set aside, and nobody else", async () => {
    const owner = await site.signUp();
    expect((await owner.ask("GET", "/api/v1/set-aside")).body).toEqual({
      events: [],
      nextCursor: null,
      total: 0,
    });
    const manager = await site.invite(owner, "manager", "log@example.test");
    expect((await manager.ask("GET", "/api/v1/set-aside")).status).toBe(403);
    const retry = { feature: "branches", eventId: "0199d000-0000-7000-8000-000000000000" };
    expect((await owner.ask("POST", "/api/v1/set-aside/retry", retry)).status).toBe(404);
    const unknown = { feature: "nothing" };
    expect((await owner.ask("POST", "/api/v1/replays", unknown)).status).toBe(404);
    const replay = await owner.ask("POST", "/api/v1/replays", { feature: "branches" });
    expect(replay.status).toBe(202);
  });

  test("says how far each feature has read it, and which of them can read it again, to its owner alone", async () => {
    const owner = await site.signUp();
    const manager = await site.invite(owner, "manager", "progress@example.test");
    expect((await manager.ask("GET", "/api/v1/replays")).status).toBe(403);
    await owner.ask("POST", "/api/v1/groups", { name: "VIP" });
    type Progress = {
      logPosition: number;
      features: { feature: string; replayUntil: number | null; canReplay: boolean }[];
    };
    const { body } = await owner.ask<Progress>("GET", "/api/v1/replays");
    expect(body.logPosition).toBeGreaterThan(0);
    const following = features.filter(({ handlers }) => handlers);
    expect(body.features.map(({ feature }) => feature)).toEqual(following.map(({ name }) => name));
    for (const { feature, replayUntil, canReplay } of body.features) {
      expect(replayUntil, feature).toBeNull();
      const isForgetful = following.some(({ name, forget }) => name === feature && forget);
      expect(canReplay, feature).toBe(isForgetful);
    }
  });
});

/** Ends every connection that answers requests, as a database does that starts anew. */
function cutConnections() {
  return withClient(site.administratorUrl, (client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename in ('foyer_app', 'foyer_scoped')`),
  );
}

function cursorAt(moment: string): string {
  return Buffer.from(`${moment} 01990000-0000-7000-8000-0000000000aa`).toString("base64url");
}

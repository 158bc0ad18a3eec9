import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOX_API, type PullReply, readBranchSettings } from "@foyer/contract";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enrolByCode, signBoxCall } from "../test/box-calls.ts";
import { startCluster } from "./platform/cluster.ts";
import { withClient } from "./platform/roles.ts";
import { type Cloud, startCloud } from "./start.ts";

// A test starts a cluster up to three times, once from nothing: a busy machine takes minutes.
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
const running: Cloud[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "foyer-start-"));
});
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

const start = async (options: { origin?: string; role?: "web" | "worker" | "all" } = {}) => {
  const cloud = await startCloud({
    host: "127.0.0.1",
    port: 0,
    origin: options.origin ?? null,
    dataFolder: folder,
    role: options.role ?? "all",
    selfSignUp: true,
    logLevel: "silent",
  });
  running.push(cloud);
  return cloud;
};

const openBrowser = (origin: string) => {
  const jar = new Map<string, string>();
  return async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        origin,
        cookie: [...jar].map((pair) => pair.join("=")).join("; "),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const given of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (given.split(";")[0] ?? "").split("=");
      jar.set(name, value);
    }
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
};

const PULL_SECONDS = 55;
const PERSON = {
  email: "lan@example.test",
  name: "Lan",
  password: "cà phê sữa đá",
  language: "vi",
};

describe("the cloud", () => {
  test("starts with nothing installed, and starts again with what it held", async () => {
    const first = await start();
    expect(first.origin).toMatch(/^http:\/\/127\.0\.0\.1:[1-9][0-9]+$/);
    const url = new URL(first.firstSignInUrl ?? "");
    expect(`${url.origin}${url.pathname}`).toBe(`${first.origin}/first-sign-in`);
    const token = url.searchParams.get("token");
    const operator = openBrowser(first.origin);
    await operator("POST", "/api/v1/first-sign-in", { token, tenantName: "Quán Gió", ...PERSON });
    await first.close();

    const second = await start();
    expect(second.firstSignInUrl).toBeNull();
    const { email, password } = PERSON;
    const session = await openBrowser(second.origin)<{ tenants: { name: string }[] }>(
      "POST",
      "/api/v1/session",
      { email, password },
    );
    expect(session.tenants.map(({ name }) => name)).toEqual(["Quán Gió"]);
  });

  test("follows its port with the origin it was given", async () => {
    const cloud = await start({ origin: "http://localhost:0" });
    expect(cloud.origin).toMatch(/^http:\/\/localhost:[1-9][0-9]+$/);
    const session = await fetch(`${cloud.origin}/api/v1/session`);
    expect(session.status).toBe(401);
  });

  test("that only works on jobs listens on no port", async () => {
    const worker = await start({ role: "worker" });
    expect(worker).toMatchObject({ origin: "", firstSignInUrl: null });
  });

  test.each([
    ["reads past policies", "alter role foyer_app bypassrls", "has, or may take, BYPASSRLS"],
    ["is a superuser", "alter role foyer_app superuser", "is, or may become, a superuser"],
    ["may become the tables' owner", "grant foyer_owner to foyer_app", "owns tables of Foyer"],
  ])("refuses to start while its serving role %s", async (_, statement, reason) => {
    await (await start()).close();
    const cluster = await startCluster({ folder });
    await withClient(cluster.urlOf("foyer"), (client) => client.query(statement));
    await cluster.close();
    await expect(start()).rejects.toThrow(reason);
  });

  test("gives its folder back when a later step of its start fails", async () => {
    const busy = await start();
    const taken = startCloud({
      host: "127.0.0.1",
      port: Number(new URL(busy.origin).port),
      origin: null,
      dataFolder: join(folder, "other"),
      role: "all",
      selfSignUp: false,
      logLevel: "silent",
    });
    await expect(taken).rejects.toThrow("is taken");
    await rm(join(folder, "other"), { recursive: true });
  });

  test("tells an open screen of a change, and a stranger nothing", async () => {
    const cloud = await start();
    const ask = openBrowser(cloud.origin);
    await ask("POST", "/api/v1/sign-up", { tenantName: "Quán Gió", ...PERSON });
    const stranger = await fetch(`${cloud.origin}/api/v1/live`);
    expect(stranger.status).toBe(401);
    const signIn = await fetch(`${cloud.origin}/api/v1/session`, {
      method: "POST",
      headers: { origin: cloud.origin, "content-type": "application/json" },
      body: JSON.stringify({ email: PERSON.email, password: PERSON.password }),
    });
    const given = signIn.headers.getSetCookie();
    const cookie = given.map((each) => each.split(";")[0]).join("; ");
    const stream = await fetch(`${cloud.origin}/api/v1/live`, { headers: { cookie } });
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    expect(stream.headers.get("content-security-policy")).toContain("default-src");
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    const place = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
    await ask("POST", "/api/v1/branches", { name: "Bến Thành", ...place });
    const told = await reader?.read();
    expect(told?.value).toMatch(/^event: change\ndata: {"position":[0-9]+}\n\n/);
    await reader?.cancel();
  });
});

test("part of HM-1.22: a new company is usable in seconds: sign up, make a branch, enrol a box, and the box has all it needs", async () => {
  const cloud = await start();
  const from = Date.now();
  const ask = openBrowser(cloud.origin);
  await ask("POST", "/api/v1/sign-up", { tenantName: "Quán Gió", ...PERSON });
  const branch = await ask<{ id: string }>("POST", "/api/v1/branches", {
    name: "Bến Thành",
    timeZone: "Asia/Ho_Chi_Minh",
    country: "VN",
    languages: ["vi", "en"],
  });
  type Made = { offer: { cloudUrl: string; enrolmentCode: string } };
  const { offer } = await ask<Made>("POST", `/api/v1/branches/${branch.id}/boxes`, {
    name: "Quầy",
  });
  const { boxKey } = await enrolByCode(offer.cloudUrl, offer.enrolmentCode);
  const target = `${BOX_API.pull}?settings=0&wait=${PULL_SECONDS}`;
  const headers = signBoxCall(boxKey, { method: "GET", target });
  const pulled = await fetch(`${offer.cloudUrl}${target}`, { headers });
  const { settings } = (await pulled.json()) as PullReply;
  expect(readBranchSettings(settings).kind).toBe("settings");
  type Overview = { hereNow: { branches: { name: string }[] } };
  const overview = await ask<Overview>("GET", "/api/v1/overview");
  expect(overview.hereNow.branches.map(({ name }) => name)).toEqual(["Bến Thành"]);
  // Nothing of it had to wait, as a pull without news does.
  expect((Date.now() - from) / 1000).toBeLessThan(PULL_SECONDS);
});

import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, getCACertificates, setDefaultCACertificates } from "node:tls";
import { openBranchStore } from "@foyer/branch-store";
import { startSyncAgent } from "@foyer/sync-agent";
import { Agent, getGlobalDispatcher, request, setGlobalDispatcher } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AddedBox, enrolBox } from "../test/enrol.ts";
import {
  openReverseProxy,
  PROXIES,
  type ProxyPlan,
  planProxy,
  type ReverseProxy,
  whyNoProxies,
} from "../test/reverse-proxy.ts";
import { type Staff, signInAgain } from "../test/staff.ts";
import { ACCOUNT, askUntil, startTestCloud, type TestCloud } from "../test/test-cloud.ts";

if (whyNoProxies && process.env.FOYER_REQUIRE_PEERS === "1") throw new Error(whyNoProxies);

// Browsers ask from an address that is not the proxy's own.
const BROWSER = "127.7.7.7";
const FILE_BYTES_MAX = 64 * 2 ** 20;
// Less than the stream needs to say by itself that it lives: what is held back comes too late.
const STREAM_MS = 15_000;
const ROW = `Lan,${"a note ".repeat(20)}\n`;

describe.skipIf(whyNoProxies).each(PROXIES)("a cloud behind %s as its file is given", (kind) => {
  let plan: ProxyPlan;
  let proxy: ReverseProxy;
  let cloud: TestCloud;
  const browser = new Agent({ localAddress: BROWSER, connect: { family: 4 }, allowH2: false });
  const before = { authorities: getCACertificates("default"), dispatcher: getGlobalDispatcher() };

  beforeAll(async () => {
    plan = await planProxy(kind);
    proxy = await openReverseProxy(plan);
    setDefaultCACertificates([...before.authorities, proxy.authority]);
    setGlobalDispatcher(browser);
    const { origin, ports } = plan;
    cloud = await startTestCloud({ origin, port: ports.cloud, trustedProxies: ["127.0.0.1"] });
  }, 120_000);
  afterAll(async () => {
    await cloud?.close();
    await proxy?.close();
    await browser.close();
    setGlobalDispatcher(before.dispatcher);
    setDefaultCACertificates(before.authorities);
  });

  test("http leads to https, and the staff app comes with all it is made of", async () => {
    const plain = await request(`${plan.httpOrigin}/sign-in?from=mail`);
    expect(plain.statusCode).toBe(308);
    expect(plain.headers.location).toMatch(/^https:\/\/localhost[:/].*sign-in\?from=mail$/);
    const page = await request(`${plan.origin}/sign-in`);
    const html = await page.body.text();
    expect(page.headers["content-security-policy"]).toContain("default-src");
    const script = /<script[^>]+src="([^"]+)"/.exec(html)?.[1] ?? "none";
    const asset = await request(new URL(script, plan.origin));
    expect([asset.statusCode, asset.headers["content-type"]]).toEqual([
      200,
      expect.stringContaining("javascript"),
    ]);
    expect((await asset.body.text()).length).toBeGreaterThan(1000);
  });

  test("browsers are spoken to by HTTP/2", async () => {
    const { port, hostname } = new URL(plan.origin);
    const offered = { ALPNProtocols: ["h2", "http/1.1"], servername: hostname };
    const socket = connect({ host: "127.0.0.1", port: Number(port), ...offered });
    await once(socket, "secureConnect");
    expect([socket.alpnProtocol, socket.getProtocol()]).toEqual(["h2", "TLSv1.3"]);
    socket.destroy();
  });

  test("somebody who signs in is seen at their own address, whatever address they claim", async () => {
    const { email, password } = ACCOUNT;
    const answer = await request(`${plan.origin}/api/v1/session`, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", origin: plan.origin },
        ...{ "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "http" },
      },
      body: JSON.stringify({ email, password }),
    });
    await answer.body.dump();
    expect(String(answer.headers["set-cookie"])).toContain("Secure");
    type SignIns = { signIns: { network: string }[] };
    const { signIns } = await cloud.get<SignIns>("GET", "/api/v1/me/sign-ins");
    expect(signIns.length).toBeGreaterThan(1);
    expect([...new Set(signIns.map(({ network }) => network))]).toEqual(["127.7.7.0/24"]);
  });

  test("figures are not told to whoever asks from outside", async () => {
    const asked = await request(`${plan.origin}/metrics`);
    expect(asked.statusCode).toBe(404);
    const within = await request(`http://127.0.0.1:${plan.ports.cloud}/metrics`);
    expect(within.statusCode).toBe(401);
  });

  test("a screen is told of a change while its stream is open", async () => {
    const staff = await signInAgain(plan.origin, ACCOUNT);
    const stream = await openStream(staff);
    expect(await stream.readUntil("retry: 2000")).toContain("retry: 2000");
    const place = { name: "Told", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
    await cloud.get("POST", "/api/v1/branches", place);
    expect(await stream.readUntil("event: change")).toContain("event: change");
    stream.end();
  });

  test("a box is enrolled, and has a change while it waits for news", async () => {
    const { branchId, versionHeld, close } = await openBox(cloud);
    const path = `/api/v1/branches/${branchId}/code-channels`;
    const { version } = await cloud.get<{ version: number }>("GET", path);
    expect(await askUntil(versionHeld, (held) => held === version)).toBe(version);
    const change = { version, steps: [], messagesPerDay: 7, numbersFrom: [] };
    await cloud.get("PUT", path, change);
    expect(await askUntil(versionHeld, (held) => held === version + 1)).toBe(version + 1);
    await close();
  });

  test("a file as large as any that is taken comes through", async () => {
    const staff = await signInAgain(plan.origin, ACCOUNT);
    const head = "name,note\n";
    const body = Buffer.concat([
      Buffer.from(head),
      Buffer.alloc(FILE_BYTES_MAX - head.length, ROW),
    ]);
    const answer = await request(`${plan.origin}/api/v1/imports?name=large.csv`, {
      ...{ method: "POST", body },
      headers: {
        ...{ cookie: staff.cookie, origin: plan.origin },
        "content-type": "application/octet-stream",
      },
    });
    const text = await answer.body.text();
    expect([answer.statusCode, text]).toEqual([201, expect.stringContaining("large.csv")]);
  });
});

/** The stream of a screen that is open. */
async function openStream({ origin, cookie }: Staff) {
  const ended = new AbortController();
  const { body } = await request(`${origin}/api/v1/live`, {
    ...{ headers: { cookie }, signal: ended.signal },
  });
  let told = "";
  body.on("error", () => {});
  body.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  return {
    readUntil: (words: string) =>
      askUntil(
        () => told,
        (text) => text.includes(words),
        STREAM_MS,
      ),
    end: () => ended.abort(),
  };
}

/** A branch with a box whose agent reaches the cloud as the enrolment says: by the proxy. */
async function openBox(cloud: TestCloud) {
  const place = { name: "Branch", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  const { id: branchId } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const boxes = `/api/v1/branches/${branchId}/boxes`;
  const { boxKey, ...identity } = await enrolBox(
    await cloud.get<AddedBox>("POST", boxes, { name: "Box" }),
  );
  const folder = mkdtempSync(join(tmpdir(), "foyer-box-"));
  writeFileSync(join(folder, "box.json"), JSON.stringify(identity));
  const store = openBranchStore({ folder, identity, clock: cloud.now });
  const agent = await startSyncAgent({
    identity,
    boxKey,
    store,
    clock: cloud.now,
    logLevel: "silent",
  });
  const newest = "select max(version) as version from settings";
  return {
    branchId,
    versionHeld: () =>
      store.read((tx) => (tx.sql(newest).get() as { version: number | null }).version),
    close: async () => {
      await agent.close();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

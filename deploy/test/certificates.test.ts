import { Resolver } from "node:dns/promises";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { BOX_CERTIFICATE_FILE, findBoxCertificate, openBranchStore } from "@foyer/branch-store";
import { startPortal } from "@foyer/portal";
import {
  CERTIFICATE_REQUEST_FILE,
  makeRequest,
  openCloud,
  startSyncAgent,
} from "@foyer/sync-agent";
import { pino } from "pino";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type AcmeLab, openAcmeLab, whyNoAcmeLab, ZONE } from "./acme-lab.ts";
import { type AddedBox, type Enrolment, enrolBox } from "./enrol.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

if (whyNoAcmeLab && process.env.FOYER_REQUIRE_PEERS === "1") throw new Error(whyNoAcmeLab);

const MINUTE = 60_000;
const PORTAL_ADDRESS = "10.1.0.2";
const DAY_SECONDS = 24 * 60 * 60;
const NAME = new RegExp(`^[a-z2-7]{12}\\.${ZONE.replaceAll(".", "\\.")}$`);
type Way = { kind: "update"; host: string; port: number; key: AcmeLab["key"] };
type HttpWay = { kind: "http"; url: string; secret: string };
type Seen = { name: string | null; state: string; trouble: string | null; detail: string | null };

describe.skipIf(whyNoAcmeLab !== null)("a box's public name", () => {
  let lab: AcmeLab;
  let cloud: TestCloud;
  /** Changed by tests, as an operator changes them. */
  let settings: { way: Way | HttpWay };
  beforeAll(async () => {
    lab = await openAcmeLab();
    const { nameServer, directoryUrl, authority } = lab;
    const nameServers = [`${nameServer.host}:${nameServer.port}`];
    const certificates = {
      ...{ directoryUrl, authority, contact: null, zone: ZONE, nameServers, pace: null },
      way: ownWay() as Way | HttpWay,
    };
    settings = certificates;
    cloud = await startTestCloud({ certificates, privateGateways: true });
  }, 120_000);
  afterAll(async () => {
    await cloud?.close();
    await lab?.close();
  });

  const ownWay = (): Way => ({ kind: "update", ...lab.nameServer, key: lab.key });

  /** What stands before a provider that takes no DNS updates: one call a record. */
  async function openProvider(secret: string): Promise<HttpWay & { refuses: boolean }> {
    const way = { kind: "http" as const, url: "", secret, refuses: false };
    const server = createHttpServer(async (asked, answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of asked) chunks.push(chunk as Buffer);
      const isRight = asked.headers.authorization === `Bearer ${secret}` && asked.method === "PUT";
      if (!isRight || way.refuses) return answer.writeHead(403).end();
      const { name, type, values } = JSON.parse(Buffer.concat(chunks).toString());
      lab.setRecords(name, type, values);
      answer.writeHead(204).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
      settings.way = ownWay();
    });
    way.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/records`;
    return way;
  }

  async function addBox(): Promise<Enrolment> {
    const place = {
      name: "Hồ Gươm",
      timeZone: "Asia/Ho_Chi_Minh",
      country: "VN",
      languages: ["vi"],
    };
    const { id } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
    return enrolBox(
      await cloud.get<AddedBox>("POST", `/api/v1/branches/${id}/boxes`, { name: "Box" }),
    );
  }

  async function startBox({ clock = cloud.now } = {}) {
    const { boxKey, ...identity } = await addBox();
    const folder = mkdtempSync(join(tmpdir(), "foyer-named-"));
    writeFileSync(join(folder, "box.json"), JSON.stringify(identity));
    const store = openBranchStore({ folder, identity, clock });
    const agent = await startSyncAgent({
      ...{ identity, boxKey, store, clock, keyFolder: folder, logLevel: "silent" },
      ...{ certificateMilliseconds: 200, portalAddress: PORTAL_ADDRESS },
    });
    let isRunning = true;
    const stop = async () => {
      if (isRunning) await agent.close();
      isRunning = false;
    };
    onTestFinished(async () => {
      await stop();
      store.close();
      rmSync(folder, { recursive: true });
    });
    const path = `/api/v1/boxes/${identity.boxId}/certificate`;
    const see = () => cloud.get<Seen>("GET", path);
    return { folder, store, clock, path, see, stop, boxKey, ...identity };
  }

  const takeCertificate = (folder: string, but: string | null = null) =>
    askUntil(
      () => findBoxCertificate(folder),
      (found) => found !== null && found.fingerprint !== but,
      MINUTE,
    );

  test("is asked for by itself, proved by a DNS update, and served to whoever trusts the authority", async () => {
    const { folder, store, clock, see } = await startBox();
    const file = join(folder, BOX_CERTIFICATE_FILE);
    const tls = { port: await takePort(), certificateFile: file, keyFile: file, isOwn: true };
    const portal = await startPortal({
      ...{ stateFolder: folder, store, host: "127.0.0.1", port: 0, tls, clock },
      log: pino({ level: "silent" }),
    });
    onTestFinished(() => portal.close());
    const certificate = await takeCertificate(folder);
    expect(certificate?.name).toMatch(NAME);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const root = await lab.findRoot();
    await expect
      .poll(() => shakeHands(tls.port, certificate?.name ?? "", root), { timeout: MINUTE })
      .toBe(certificate?.fingerprint);
    const told = async () =>
      (await (await request(`${portal.origin}/captive-portal/api`)).body.json()) as object;
    const door = `https://${certificate?.name}:${tls.port}/captive-portal/door`;
    await expect
      .poll(told, { timeout: MINUTE })
      .toEqual({ captive: true, "user-portal-url": door });
    await expect.poll(see, { timeout: MINUTE }).toMatchObject({
      ...{ name: certificate?.name, state: "issued", trouble: null },
      servedUntil: certificate?.validUntil.toISOString(),
    });
  }, 120_000);

  test("is refused to a box whose name it is not, and to one that asks for two", async () => {
    const [one, other] = [await startBox(), await startBox()];
    const { name } = await askUntil(other.see, (seen) => seen.name !== null);
    const own = await askUntil(one.see, (seen) => seen.name !== null);
    expect(own.name).not.toBe(name);
    // Two who number one key's calls would take each other's numbers.
    await one.stop();
    const { boxKey, cloudUrl } = one;
    const mine = openCloud({ cloudUrl, boxKey, startsAt: cloud.now().getTime() + MINUTE });
    onTestFinished(() => mine.close());
    for (const asked of [name ?? "", "www.example.com", ZONE]) {
      const { csr } = await makeRequest(asked);
      expect(await mine.askCertificate({ csr, servedUntil: null })).toMatchObject({
        kind: "refused",
      });
    }
    expect(await mine.askCertificate({ csr: "no request", servedUntil: null })).toMatchObject({
      kind: "refused",
    });
  }, 60_000);

  test("stays by http with a wrong key of the name server, says so, and comes once that is mended", async () => {
    settings.way = {
      ...ownWay(),
      key: { ...lab.key, secret: Buffer.from("another-key-that-the-server-has-not") },
    };
    const { folder, see, path } = await startBox();
    const refused = await askUntil(see, ({ trouble }) => trouble !== null, MINUTE);
    expect(refused).toMatchObject({ trouble: "dns-refused", detail: "NOTAUTH", state: "ordered" });
    expect(findBoxCertificate(folder)).toBeNull();
    settings.way = ownWay();
    await cloud.get("POST", `${path}/orders`);
    const mended = await askUntil(see, ({ state }) => state === "issued", MINUTE);
    expect(mended).toMatchObject({ state: "issued", trouble: null, detail: null });
    expect((await cloud.ask("POST", `${path}/orders`)).status).toBe(409);
  }, 120_000);

  test("leads to the box's address for everybody only where staff say so, and no more once they do not", async () => {
    const { path, see } = await startBox();
    const { name } = await askUntil(see, (seen) => seen.name !== null);
    const resolver = new Resolver();
    resolver.setServers([`${lab.nameServer.host}:${lab.nameServer.port}`]);
    const look = () => resolver.resolve4(name ?? "").catch(() => []);
    await askUntil(see, ({ state }) => state === "issued", MINUTE);
    expect(await look()).toEqual([]);
    await cloud.get("PUT", `${path}/address`, { publishesAddress: true });
    await expect.poll(look, { timeout: MINUTE }).toEqual([PORTAL_ADDRESS]);
    await cloud.get("PUT", `${path}/address`, { publishesAddress: false });
    await expect.poll(look, { timeout: MINUTE }).toEqual([]);
  }, 60_000);

  test.each(["a DNS update", "one HTTP call"])(
    "leads nowhere once its box is removed, though the name server is away then: by %s",
    async (by) => {
      if (by === "one HTTP call") settings.way = await openProvider("a-secret-of-the-provider");
      onTestFinished(() => {
        settings.way = ownWay();
      });
      const { path, see, branchId, boxId } = await startBox();
      const { name } = await askUntil(see, (seen) => seen.name !== null);
      const resolver = new Resolver();
      resolver.setServers([`${lab.nameServer.host}:${lab.nameServer.port}`]);
      const look = () => resolver.resolve4(name ?? "").catch(() => []);
      await cloud.get("PUT", `${path}/address`, { publishesAddress: true });
      await expect.poll(look, { timeout: MINUTE }).toEqual([PORTAL_ADDRESS]);
      const { way } = settings;
      const asked = await openDeafServer();
      settings.way =
        way.kind === "http"
          ? { ...way, url: `http://127.0.0.1:${asked.port}/records` }
          : { ...way, port: asked.port };
      const removed = await cloud.ask("DELETE", `/api/v1/branches/${branchId}/boxes/${boxId}`);
      expect(removed.status).toBe(204);
      await expect.poll(asked.count, { timeout: MINUTE }).toBeGreaterThan(0);
      expect(await look()).toEqual([PORTAL_ADDRESS]);
      settings.way = way;
      await expect.poll(look, { timeout: MINUTE }).toEqual([]);
    },
    120_000,
  );

  test("is proved through one HTTP call as well, and its certificate renewed before it ends", async () => {
    const provider = await openProvider("a-secret-of-the-provider");
    provider.refuses = true;
    settings.way = provider;
    // The queue of jobs goes by the database's clock, so the cloud's may only be behind it.
    cloud.passSeconds(-2 * DAY_SECONDS);
    const ahead = { days: 0 };
    const clock = () => new Date(Date.now() + ahead.days * DAY_SECONDS * 1000);
    const { folder, see, path } = await startBox({ clock });
    const refused = await askUntil(see, ({ trouble }) => trouble !== null, MINUTE);
    expect(refused).toMatchObject({ trouble: "dns-refused", detail: "answered 403" });
    // A kill between taking the certificate and putting the request away leaves it lying there.
    const waiting = join(folder, CERTIFICATE_REQUEST_FILE);
    const request = readFileSync(waiting, "utf8");
    provider.refuses = false;
    await cloud.get("POST", `${path}/orders`);
    const first = await takeCertificate(folder);
    expect(first?.name).toMatch(NAME);
    await askUntil(
      () => existsSync(waiting),
      (isThere) => !isThere,
    );
    writeFileSync(waiting, request);
    cloud.passSeconds(2 * DAY_SECONDS);
    // Of its seven.
    ahead.days = 5;
    const next = await takeCertificate(folder, first?.fingerprint ?? null);
    expect(next).toMatchObject({ name: first?.name });
    expect(next?.fingerprint).not.toBe(first?.fingerprint);
  }, 120_000);
});

/** One that ends every connection without a word. */
async function openDeafServer(): Promise<{ port: number; count: () => number }> {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, count: () => asked };
}

async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** The fingerprint of a certificate that is right in a phone's eyes; null: no handshake. */
function shakeHands(port: number, servername: string, ca: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", servername, ca });
    socket.once("error", () => resolve(null));
    socket.once("secureConnect", () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? null);
      socket.destroy();
    });
  });
}

import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { BOX_CERTIFICATE_FILE, openBranchStore, readCertificate } from "@foyer/branch-store";
import { Agent, request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "../src/log.ts";
import { startPortal } from "../src/start.ts";
import { selfSigned } from "./controller-server.ts";

const identity = {
  tenantId: "01990000-0000-7000-8000-000000000001",
  branchId: "01990000-0000-7000-8000-000000000002",
  boxId: "01990000-0000-7000-8000-000000000003",
};

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "foyer-tls-"));
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return { folder, store };
}

const log = openLog("silent");

test("the same pages are served over https, until the portal ends", async () => {
  const { folder, store } = makeFolder();
  const [certificate] = selfSigned();
  if (!certificate) throw new Error("no certificate was made");
  const [certificateFile, keyFile] = [join(folder, "cert"), join(folder, "key")];
  writeFileSync(certificateFile, certificate.cert);
  writeFileSync(keyFile, certificate.key);
  const tls = { port: await findFreePort(), certificateFile, keyFile };
  const where = { stateFolder: folder, store, host: "127.0.0.1", port: 0 };
  const portal = await startPortal({ ...where, log, tls });
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  onTestFinished(() => dispatcher.destroy());
  const url = `https://127.0.0.1:${tls.port}/terms`;
  const secure = await request(url, { dispatcher });
  const plain = await request(`${portal.origin}/terms`);
  expect(secure.statusCode).toBe(plain.statusCode);
  expect(await secure.body.text()).toContain("<!doctype html>");
  await plain.body.dump();
  await portal.close();
  await expect(request(url, { dispatcher })).rejects.toThrow();
});

/** Key and certificate of the box's public name, as they lie in its state folder. */
function makeBoxCertificate(days: number): string {
  const [key, cert] = ["key", "cert"].map((each) =>
    join(tmpdir(), `foyer-box-${each}-${randomUUID()}`),
  );
  if (!key || !cert) throw new Error("two paths were made");
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const name = ["-subj", "/CN=x", "-addext", "subjectAltName=DNS:wifi.example"];
  const files = ["-days", String(days), "-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", ...curve, ...name, ...files], { stdio: "ignore" });
  const made = readFileSync(key, "utf8") + readFileSync(cert, "utf8");
  for (const each of [key, cert]) rmSync(each);
  return made;
}

/** A portal that waits for the certificate of the box's public name, and what phones hear of it. */
async function startWaiting(aheadDays = { now: 0 }) {
  const { folder, store } = makeFolder();
  const file = join(folder, BOX_CERTIFICATE_FILE);
  const tls = { port: await findFreePort(), certificateFile: file, keyFile: file, isOwn: true };
  const clock = () => new Date(Date.now() + aheadDays.now * 86_400_000);
  const where = { stateFolder: folder, store, host: "127.0.0.1", port: 0 };
  const portal = await startPortal({ ...where, log, tls, clock });
  onTestFinished(() => portal.close());
  /** The fingerprint of what is served; null: there is no handshake. */
  const findServed = () =>
    new Promise<string | null>((resolve) => {
      const socket = connect({ port: tls.port, host: "127.0.0.1", rejectUnauthorized: false });
      socket.once("error", () => resolve(null));
      socket.once("secureConnect", () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? null);
        socket.destroy();
      });
    });
  const findPortalUrl = async () => {
    const answer = await request(`${portal.origin}/captive-portal/api`);
    const told = (await answer.body.json()) as Record<string, unknown>;
    return told["user-portal-url"] ?? null;
  };
  return { file, port: tls.port, findServed, findPortalUrl };
}

test("the box's own certificate is served as soon as it is there, and the next one without a new start", async () => {
  const { file, port, findServed, findPortalUrl } = await startWaiting();
  expect(await findServed()).toBeNull();
  expect(await findPortalUrl()).toBeNull();
  for (const pem of [makeBoxCertificate(90), makeBoxCertificate(90)]) {
    writeFileSync(file, pem);
    const { fingerprint } = readCertificate(pem);
    await expect.poll(findServed, { timeout: 20_000 }).toBe(fingerprint);
  }
  const door = `https://wifi.example:${port}/captive-portal/door`;
  await expect.poll(findPortalUrl, { timeout: 20_000 }).toBe(door);
}, 60_000);

test("nobody is led to a certificate in its last day, nor by a clock that is before its first", async () => {
  const days = { now: 0 };
  const { file, findPortalUrl } = await startWaiting(days);
  writeFileSync(file, makeBoxCertificate(90));
  expect(await findPortalUrl()).toContain("https://wifi.example:");
  for (const [ahead, isLed] of [
    [88.9, true],
    [89.1, false],
    [91, false],
    [-1, false],
    [1, true],
  ] as const) {
    days.now = ahead;
    expect((await findPortalUrl()) !== null, `${ahead} days`).toBe(isLed);
  }
});

test("files that do not fit are said, and nothing listens then", async () => {
  const { folder, store } = makeFolder();
  const where = { stateFolder: folder, store, host: "127.0.0.1", port: await findFreePort() };
  const tls = { port: await findFreePort(), certificateFile: "/nowhere", keyFile: "/nowhere" };
  await expect(startPortal({ ...where, log, tls })).rejects.toThrow("cannot serve https");
  await expect(request(`http://127.0.0.1:${where.port}/`)).rejects.toThrow();
});

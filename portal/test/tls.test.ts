import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBranchStore } from "@foyer/branch-store";
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

test("files that do not fit are said, and nothing listens then", async () => {
  const { folder, store } = makeFolder();
  const where = { stateFolder: folder, store, host: "127.0.0.1", port: await findFreePort() };
  const tls = { port: await findFreePort(), certificateFile: "/nowhere", keyFile: "/nowhere" };
  await expect(startPortal({ ...where, log, tls })).rejects.toThrow("cannot serve https");
  await expect(request(`http://127.0.0.1:${where.port}/`)).rejects.toThrow();
});

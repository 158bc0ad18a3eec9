import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "foyer-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const box = {
  tenantId: "01990000-0000-7000-8000-000000000001",
  branchId: "01990000-0000-7000-8000-000000000002",
  boxId: "01990000-0000-7000-8000-000000000003",
  cloudUrl: "https://cloud.example",
};
writeFileSync(join(folder, "box.json"), JSON.stringify(box));
const good = { FOYER_STATE_FOLDER: folder, FOYER_PORTAL_ORIGIN: "http://10.1.0.2:8080" };

test("what is not set has a plain default", () => {
  expect(readConfig(good)).toEqual({
    kind: "config",
    config: {
      stateFolder: folder,
      host: "0.0.0.0",
      port: 8080,
      origin: "http://10.1.0.2:8080",
      logLevel: "info",
      profileSigning: null,
      radiusCertificateFile: null,
      tls: null,
      supervision: null,
    },
  });
});

test("what signs profiles is a certificate with its key; one without the other is refused", () => {
  const [certificate, key] = ["FOYER_PORTAL_PROFILE_CERTIFICATE", "FOYER_PORTAL_PROFILE_KEY"];
  const both = readConfig({ ...good, [certificate]: "/etc/p.pem", [key]: "/etc/p.key" });
  expect(both).toMatchObject({
    config: { profileSigning: { certificateFile: "/etc/p.pem", keyFile: "/etc/p.key" } },
  });
  for (const name of [certificate, key]) {
    const half = readConfig({ ...good, [name]: "/etc/p.pem" });
    expect(half.kind === "invalid" && half.faults).toEqual([expect.stringContaining("set both")]);
  }
});

test("https beside http takes a port, a certificate and its key; less is refused", () => {
  const all = {
    FOYER_PORTAL_TLS_PORT: "8443",
    FOYER_PORTAL_TLS_CERTIFICATE: "/etc/portal.pem",
    FOYER_PORTAL_TLS_KEY: "/etc/portal.key",
  };
  expect(readConfig({ ...good, ...all })).toMatchObject({
    config: { tls: { port: 8443, certificateFile: "/etc/portal.pem", keyFile: "/etc/portal.key" } },
  });
  for (const change of [
    { FOYER_PORTAL_TLS_PORT: "" },
    { FOYER_PORTAL_TLS_PORT: "80000" },
    { FOYER_PORTAL_TLS_KEY: "" },
  ]) {
    const read = readConfig({ ...good, ...all, ...change });
    expect(read.kind === "invalid" && read.faults).toEqual([
      expect.stringContaining("or all three"),
    ]);
  }
});

test("a port for https alone is for the certificate of the box's own public name", () => {
  const file = join(folder, "box-certificate.pem");
  expect(readConfig({ ...good, FOYER_PORTAL_TLS_PORT: "443" })).toMatchObject({
    config: { tls: { port: 443, certificateFile: file, keyFile: file, isOwn: true } },
  });
});

test("the certificate that venue IT gave radius is the portal's to read too", () => {
  expect(readConfig({ ...good, FOYER_RADIUS_CERTIFICATE: "/etc/radius.pem" })).toMatchObject({
    config: { radiusCertificateFile: "/etc/radius.pem" },
  });
});

test("all faults are told together", () => {
  const read = readConfig({
    FOYER_PORTAL_PORT: "80000",
    FOYER_PORTAL_ORIGIN: "http://10.1.0.2/guest",
    FOYER_LOG_LEVEL: "loud",
  });
  expect(read.kind === "invalid" && read.faults.map((each) => each.split(" ")[0])).toEqual([
    "FOYER_STATE_FOLDER",
    "FOYER_PORTAL_PORT",
    "FOYER_PORTAL_ORIGIN",
    "FOYER_LOG_LEVEL",
  ]);
});

test("a missing box.json is told along with the other faults", () => {
  const read = readConfig({ FOYER_STATE_FOLDER: join(folder, "none"), FOYER_PORTAL_PORT: "80000" });
  const faults = read.kind === "invalid" ? read.faults : [];
  expect(faults).toHaveLength(3);
  expect(faults[0]).toContain("box.json cannot be read");
});

test("an origin with a slash at its end is refused with what was given and what to give", () => {
  const read = readConfig({ ...good, FOYER_PORTAL_ORIGIN: "http://10.1.0.2:8080/" });
  expect(read.kind === "invalid" && read.faults).toEqual([
    'FOYER_PORTAL_ORIGIN is "http://10.1.0.2:8080/": give what guests\' browsers call the portal, without a path or a slash at its end, such as http://10.1.0.2:8080',
  ]);
});

test("an origin that is not set is said to be missing", () => {
  const read = readConfig({ FOYER_STATE_FOLDER: folder });
  expect(read.kind === "invalid" && read.faults).toEqual([
    expect.stringContaining("FOYER_PORTAL_ORIGIN is not set"),
  ]);
});

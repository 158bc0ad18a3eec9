import { X509Certificate } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AUTHORITY_FILE, openCertificate, SERVER_NAME } from "./certificate.ts";

const CERTIFICATE_FILE = "radius-certificate.pem";
const NOW = new Date("2026-03-01T02:00:00.000Z");
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

function openFolder() {
  const stateFolder = mkdtempSync(join(tmpdir(), "foyer-certificate-"));
  onTestFinished(() => rmSync(stateFolder, { recursive: true }));
  const open = (now: Date, domain: string | null = null) =>
    openCertificate({ stateFolder, configured: null, domain, now });
  const read = (file: string) => new X509Certificate(readFileSync(join(stateFolder, file)));
  return { stateFolder, open, read };
}

test("the first start makes an authority and a server's certificate for the box alone to read", async () => {
  const { stateFolder, open, read } = openFolder();
  await open(NOW);
  const [authority, own] = [read(AUTHORITY_FILE), read(CERTIFICATE_FILE)];
  expect(authority.ca).toBe(true);
  expect(own.ca).toBe(false);
  expect(own.checkIssued(authority)).toBe(true);
  expect(own.verify(authority.publicKey)).toBe(true);
  expect(own.checkHost(SERVER_NAME)).toBe(SERVER_NAME);
  expect(own.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  // Apple's devices take a server's certificate of 825 days at the most.
  const days = (Date.parse(own.validTo) - Date.parse(own.validFrom)) / 86_400_000;
  expect(days).toBeLessThanOrEqual(825);
  const files = readdirSync(stateFolder);
  expect(files).toHaveLength(4);
  for (const file of files) expect(statSync(join(stateFolder, file)).mode & 0o077).toBe(0);
});

test("a later start keeps both, and renews the server's under the same authority in time", async () => {
  const { open, read } = openFolder();
  await open(NOW);
  const serials = () => [AUTHORITY_FILE, CERTIFICATE_FILE].map((file) => read(file).serialNumber);
  const [authority, first] = serials();
  await open(later(599));
  expect(serials()).toEqual([authority, first]);
  await open(later(601));
  const [same, second] = serials();
  expect(same).toBe(authority);
  expect(second).not.toBe(first);
  expect(Date.parse(read(CERTIFICATE_FILE).validTo)).toBeGreaterThan(later(1300).getTime());
});

test("the domain of the branch's member Wi-Fi is on it from the next start on, and stays", async () => {
  const { open, read } = openFolder();
  await open(NOW);
  const [authority, first] = [read(AUTHORITY_FILE), read(CERTIFICATE_FILE)];
  await open(NOW, "wifi.cafe.example");
  const second = read(CERTIFICATE_FILE);
  expect(second.subjectAltName).toBe(`DNS:${SERVER_NAME}, DNS:radius.wifi.cafe.example`);
  expect(second.verify(authority.publicKey)).toBe(true);
  expect(second.serialNumber).not.toBe(first.serialNumber);
  for (const domain of ["wifi.cafe.example", null]) {
    await open(NOW, domain);
    expect(read(CERTIFICATE_FILE).serialNumber).toBe(second.serialNumber);
  }
});

test("a certificate made under a clock that was wrong is made anew", async () => {
  const { open, read } = openFolder();
  await open(later(400));
  await open(NOW);
  expect(Date.parse(read(CERTIFICATE_FILE).validFrom)).toBeLessThan(NOW.getTime());
});

test.each(["radius-authority.pem", "radius-certificate-key.pem", CERTIFICATE_FILE])(
  "%s cut short by a power cut is made anew",
  async (file) => {
    const { stateFolder, open, read } = openFolder();
    await open(NOW);
    truncateSync(join(stateFolder, file), 40);
    await open(NOW);
    expect(read(CERTIFICATE_FILE).verify(read(AUTHORITY_FILE).publicKey)).toBe(true);
  },
);

test("configured files are served and nothing is made", async () => {
  const { stateFolder, open } = openFolder();
  await open(NOW);
  const at = (file: string) => join(stateFolder, file);
  const other = openFolder();
  const configured = {
    certificateFile: at(CERTIFICATE_FILE),
    keyFile: at("radius-certificate-key.pem"),
  };
  await openCertificate({ stateFolder: other.stateFolder, configured, now: NOW });
  expect(existsSync(join(other.stateFolder, AUTHORITY_FILE))).toBe(false);
});

test("configured files that do not fit are named with what to give instead", async () => {
  const { stateFolder, open } = openFolder();
  await open(NOW);
  const at = (file: string) => join(stateFolder, file);
  writeFileSync(at("text"), "no PEM");
  const certificateFile = at(CERTIFICATE_FILE);
  for (const keyFile of ["radius-authority-key.pem", "text", "missing"].map(at))
    await expect(
      openCertificate({ stateFolder, configured: { certificateFile, keyFile }, now: NOW }),
    ).rejects.toThrow(/not a certificate and its key: give both as PEM/);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BranchSettings } from "@foyer/contract";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { sampleSettings } from "../../test/box.ts";
import { createSupplicant } from "../../test/supplicant.ts";
import { makeAuthority, makeServerCertificate } from "./make-certificate.ts";
import { type ServeEapOptions, serveEap } from "./serve-eap.ts";

const PATIENTLY = { timeout: 20_000 };

/** EAP that nobody can log in by, and what a phone is shown of its certificate. */
async function openEap(options: Pick<ServeEapOptions, "stateFolder" | "configured" | "settings">) {
  const faults: string[] = [];
  const write = (line: string) => faults.push(JSON.parse(line).msg);
  const eap = await serveEap({
    ...options,
    reader: { ask: () => Promise.reject(new Error("nobody logs in here")) },
    ...{ clock: () => new Date(), log: pino({ level: "error" }, { write }) },
  });
  onTestFinished(eap.close);
  const findShown = async () => {
    const peer = createSupplicant(eap);
    await peer.begin();
    await peer.shakeHands();
    return peer.tls().getPeerCertificate();
  };
  return { faults, findShown };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-eap-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("configured files that are renewed are served from then on; half renewed ones change nothing and are told of", async () => {
  const folder = makeFolder();
  const [certificateFile, keyFile] = [join(folder, "server.pem"), join(folder, "server.key")];
  const authority = await makeAuthority();
  const make = () => makeServerCertificate({ authority, names: ["radius.test"], now: new Date() });
  const first = await make();
  writeFileSync(certificateFile, first.certificate);
  writeFileSync(keyFile, first.key);
  const { faults, findShown } = await openEap({
    ...{ stateFolder: folder, configured: { certificateFile, keyFile, lookSeconds: 0.05 } },
    settings: { current: () => null, onChange: () => {} },
  });
  const findSerialNumber = async () => (await findShown()).serialNumber;
  const before = await findSerialNumber();
  const second = await make();
  writeFileSync(certificateFile, second.certificate);
  await vi.waitFor(() => expect(faults).toHaveLength(1), PATIENTLY);
  expect(faults[0]).toContain("those from before stay in force");
  expect(await findSerialNumber()).toBe(before);
  writeFileSync(keyFile, second.key);
  await vi.waitFor(async () => expect(await findSerialNumber()).not.toBe(before), PATIENTLY);
  expect(faults).toHaveLength(1);
});

const MEMBER_WIFI = { enabled: true, ssid: "Foyer members", innerMethod: "mschapv2" } as const;

test("of two changes of the member Wi-Fi's domain at once the last is served, though the first takes longer", async () => {
  const of = (domain: string) => {
    const settings = sampleSettings();
    return { ...settings, memberWifi: { ...MEMBER_WIFI, domain } };
  };
  const listeners: ((settings: BranchSettings) => unknown)[] = [];
  const { faults, findShown } = await openEap({
    ...{ stateFolder: makeFolder(), configured: null },
    settings: { current: () => of("one.example"), onChange: (each) => listeners.push(each) },
  });
  const change = (domain: string) => Promise.all(listeners.map((each) => each(of(domain))));
  // The first has a certificate made; the second finds the one that is there.
  await Promise.all([change("two.example"), change("one.example")]);
  expect((await findShown()).subjectaltname).toContain("DNS:radius.one.example");
  await Promise.all([change("two.example"), change("three.example")]);
  expect((await findShown()).subjectaltname).toContain("DNS:radius.three.example");
  expect(faults).toEqual([]);
});

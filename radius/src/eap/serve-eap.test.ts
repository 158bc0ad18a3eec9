import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { createSupplicant } from "../../test/supplicant.ts";
import { makeAuthority, makeServerCertificate } from "./make-certificate.ts";
import { serveEap } from "./serve-eap.ts";

const PATIENTLY = { timeout: 20_000 };

test("configured files that are renewed are served from then on; half renewed ones change nothing and are told of", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-eap-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [certificateFile, keyFile] = [join(folder, "server.pem"), join(folder, "server.key")];
  const authority = await makeAuthority();
  const make = () => makeServerCertificate({ authority, names: ["radius.test"], now: new Date() });
  const first = await make();
  writeFileSync(certificateFile, first.certificate);
  writeFileSync(keyFile, first.key);
  const faults: string[] = [];
  const write = (line: string) => faults.push(JSON.parse(line).msg);
  const eap = await serveEap({
    ...{ stateFolder: folder, configured: { certificateFile, keyFile, lookSeconds: 0.05 } },
    settings: { current: () => null, onChange: () => {} },
    reader: { ask: () => Promise.reject(new Error("nobody logs in here")) },
    ...{ clock: () => new Date(), log: pino({ level: "error" }, { write }) },
  });
  onTestFinished(eap.close);
  const findShown = async () => {
    const peer = createSupplicant(eap);
    await peer.begin();
    await peer.shakeHands();
    return peer.tls().getPeerCertificate().serialNumber;
  };
  const before = await findShown();
  const second = await make();
  writeFileSync(certificateFile, second.certificate);
  await vi.waitFor(() => expect(faults).toHaveLength(1), PATIENTLY);
  expect(faults[0]).toContain("those from before stay in force");
  expect(await findShown()).toBe(before);
  writeFileSync(keyFile, second.key);
  await vi.waitFor(async () => expect(await findShown()).not.toBe(before), PATIENTLY);
  expect(faults).toHaveLength(1);
});

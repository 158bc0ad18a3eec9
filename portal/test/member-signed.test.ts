import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueMemberLink, seeDevice, signInGuest } from "@foyer/branch-store";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "../src/log.ts";
import { startPortal } from "../src/start.ts";
import { GUEST_IP, MAC, openTestPortal, signedNas } from "./open-portal.ts";
import { readPlist } from "./xml.ts";

const isInstalled = spawnSync("openssl", ["version"]).status === 0;
const isSkipped = !isInstalled && process.env.FOYER_REQUIRE_PEERS !== "1";

/** A self-signed certificate of a day. */
function makeSigning() {
  const folder = mkdtempSync(join(tmpdir(), "foyer-signed-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [certificateFile, keyFile] = [join(folder, "own.pem"), join(folder, "own.key")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Foyer", "-days", "1"],
      ...["-keyout", keyFile, "-out", certificateFile],
    ],
    { stdio: "ignore" },
  );
  return { folder, certificateFile, keyFile };
}

test.skipIf(isSkipped)(
  "where a certificate is set, the profile that is handed out is signed with it (needs openssl)",
  async () => {
    const signing = makeSigning();
    const portal = await openTestPortal({
      signing,
      settings: (settings) => {
        settings.memberWifi = {
          ...{ enabled: true, ssid: "Members", domain: "wifi.cafe.example", innerMethod: "pap" },
        };
      },
    });
    const token = portal.store.transaction((tx) => {
      const device = seeDevice(tx, { mac: MAC, nasId: signedNas.id, by: "portal" });
      const guest = signInGuest(tx, {
        ...{ deviceId: device.id, nasId: signedNas.id, language: "en", details: {} },
        ...{ termsVersion: 1, phone: "+84912345678", proved: true },
      });
      const whose = { deviceId: device.id, guestId: guest.id, remoteAddress: GUEST_IP };
      const issued = issueMemberLink(tx, whose);
      return issued.kind === "link" ? issued.link.token : "";
    });
    const url = `/m/${token}/wifi.mobileconfig`;
    const { rawPayload } = await portal.app.inject({ url, remoteAddress: GUEST_IP });
    const signed = join(signing.folder, "signed.der");
    writeFileSync(signed, rawPayload);
    const content = execFileSync(
      "openssl",
      // Signed at the portal's clock, which stands in another year than the certificate.
      ["cms", "-verify", "-inform", "DER", "-in", signed, "-noverify", "-binary"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    expect(readPlist(content.toString()).PayloadType).toBe("Configuration");
  },
);

test.skipIf(isSkipped)(
  "a signing certificate that has expired is told at the start (needs openssl)",
  async () => {
    const { folder, ...profileSigning } = makeSigning();
    const ids = { tenantId: 1, branchId: 2, boxId: 3 };
    const id = (last: number) => `01990000-0000-7000-8000-00000000000${last}`;
    const identity = Object.fromEntries(Object.entries(ids).map(([key, last]) => [key, id(last)]));
    writeFileSync(
      join(folder, "box.json"),
      JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:1" }),
    );
    for (const [days, isTold] of [
      [0, false],
      [2, true],
    ] as const) {
      const lines: string[] = [];
      const portal = await startPortal({
        ...{ stateFolder: folder, host: "127.0.0.1", port: 0, profileSigning },
        log: openLog("error", { write: (line) => void lines.push(line) }),
        clock: () => new Date(Date.now() + days * 86_400_000),
      });
      await portal.close();
      expect(lines.some((line) => line.includes("has expired"))).toBe(isTold);
    }
  },
);

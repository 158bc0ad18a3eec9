import { join } from "node:path";
import { findDeviceByMac, revokeCredentials } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { NAS_ID, OTHER_MAC, POLICY_ID, startTestBox } from "../test/box.ts";
import { runEapolTest } from "../test/eapol.ts";
import { describeWithPeer } from "../test/peers.ts";
import { AUTHORITY_FILE, SERVER_NAME } from "./eap/certificate.ts";

const methods = [
  ["TTLS", "auth=PAP"],
  ["TTLS", "auth=CHAP"],
  ["TTLS", "auth=MSCHAPV2"],
  ["TTLS", "autheap=GTC"],
  ["TTLS", "autheap=MSCHAPV2"],
  ["PEAP", "auth=MSCHAPV2"],
  ["PEAP", "auth=GTC"],
] as const;
const versions = ["1.2", "1.3"] as const;
const cases = methods.flatMap(([outer, inner]) => versions.map((tls) => ({ outer, inner, tls })));

const papOn13 = { outer: "TTLS", inner: "auth=PAP", tls: "1.3" } as const;

describeWithPeer("eapol_test", "eapol_test against the server", () => {
  test.each(cases)(
    "$outer, $inner, TLS $tls: a member gets in under the same keys (RFC 5281 §8, RFC 9427 §2.1)",
    async (how) => {
      const box = await startTestBox();
      const { username, password } = box.issueCredentialFor();
      const run = await runEapolTest({ ...how, portNumber: box.authPort, username, password });
      expect(run).toMatchObject({ isAccepted: true, areKeysRight: true, tls: how.tls });
      expect(box.health().nas[NAS_ID]).toMatchObject({ accepts: 1, rejects: {}, drops: {} });
    },
  );

  test.each(cases)("$outer, $inner, TLS $tls: a wrong password does not", async (how) => {
    const box = await startTestBox();
    const { username, password } = box.issueCredentialFor();
    const wrong = { username, password: `${password}x` };
    const run = await runEapolTest({ ...how, portNumber: box.authPort, ...wrong });
    expect(run.isAccepted).toBe(false);
    expect(run.output).toContain("EAP: Received EAP-Failure");
    expect(box.health().nas[NAS_ID]).toMatchObject({
      accepts: 0,
      rejects: { "wrong-password": 1 },
    });
  });

  test("whatever MAC a member shows is their device from then on", async () => {
    const box = await startTestBox();
    const { username, password, guestId } = box.issueCredentialFor();
    const how = { ...papOn13, portNumber: box.authPort, username, password };
    expect(await runEapolTest({ ...how, mac: OTHER_MAC })).toMatchObject({ isAccepted: true });
    await box.catchUp();
    const device = box.store.read((tx) => findDeviceByMac(tx, OTHER_MAC));
    expect(device?.guestId).toBe(guestId);
    const who = { guestId, deviceId: device?.id, nasId: NAS_ID };
    expect(box.listEvents("device.recognised").map(({ payload }) => payload)).toEqual([
      { ...who, proof: "radius" },
    ]);
    expect(box.listEvents("guest.connected").map(({ payload }) => payload)).toEqual([
      { ...who, method: "returning", policyId: POLICY_ID },
    ]);
    // A roaming device logs in at each access point anew, and is told of once.
    await runEapolTest({ ...how, mac: OTHER_MAC });
    expect(box.listEvents("guest.connected")).toHaveLength(1);
  });

  test("a revoked credential opens nothing, and its name says no more than one that never was", async () => {
    const box = await startTestBox();
    const { username, password, guestId } = box.issueCredentialFor();
    const how = { ...papOn13, portNumber: box.authPort, username, password };
    box.store.transaction((tx) => revokeCredentials(tx, { guestId, by: "guest" }));
    const revoked = await runEapolTest(how);
    const unknown = await runEapolTest({ ...how, username: "nobody" });
    for (const { isAccepted } of [revoked, unknown]) expect(isAccepted).toBe(false);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "credential-unknown": 2 });
  });

  test("the policy's limits come with the keys, and Message-Authenticator before all", async () => {
    const box = await startTestBox();
    const { username, password } = box.issueCredentialFor();
    const how = { ...papOn13, portNumber: box.authPort, username, password };
    const { output } = await runEapolTest(how);
    const [, accept = ""] = output.split("code=2 (Access-Accept)");
    expect(accept).toMatch(/Attribute 27 \(Session-Timeout\) length=6\s+Value: 14400/);
    const [, ...received] = output.split("Received RADIUS message");
    expect(received.length).toBeGreaterThan(3);
    for (const message of received) expect(/Attribute (\d+)/.exec(message)?.[1]).toBe("80");
  });

  test("an Access-Reject carries EAP-Failure and nothing a NAS could act on", async () => {
    const box = await startTestBox();
    const { username } = box.issueCredentialFor();
    const how = { ...papOn13, portNumber: box.authPort, username, password: "wrong" };
    const { output } = await runEapolTest(how);
    const [, reject = ""] = output.split("code=3 (Access-Reject)");
    const attributes = [...reject.matchAll(/^ {3}Attribute (\d+)/gm)].map(([, type]) => type);
    expect(attributes).toEqual(["80", "79"]);
  });

  test("a device that trusts the box's authority alone finds the server it was told", async () => {
    const box = await startTestBox({ clock: () => new Date() });
    const { username, password } = box.issueCredentialFor();
    const how = { ...papOn13, portNumber: box.authPort, username, password };
    const trust = (name: string) => [
      `ca_cert="${join(box.folder, AUTHORITY_FILE)}"`,
      `domain_match="${name}"`,
    ];
    expect(await runEapolTest({ ...how, more: trust(SERVER_NAME) })).toMatchObject({
      isAccepted: true,
      areKeysRight: true,
    });
    const { isAccepted } = await runEapolTest({ ...how, more: trust("radius.example") });
    expect(isAccepted).toBe(false);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "tls-failed": 1 });
  });

  test.each(versions)("TLS %s: a second log-in of the same device is a whole one", async (tls) => {
    const box = await startTestBox();
    const { username, password } = box.issueCredentialFor();
    const how = { ...papOn13, tls, portNumber: box.authPort, username, password };
    const run = await runEapolTest({
      ...how,
      phase1: "tls_disable_session_ticket=0",
      flags: ["-r", "1"],
    });
    expect(run.isAccepted).toBe(true);
    expect(run.output).toMatch(/^MPPE keys OK: 2 {2}mismatch: 0$/m);
    expect(run.output.match(/handshake\/certificate\)/g)).toHaveLength(2);
  });

  test.each(versions.flatMap((tls) => [0, 1, 2].map((binding) => ({ tls, binding }))))(
    "PEAP on TLS $tls with crypto_binding=$binding: both ends make the same keys",
    async (how) => {
      const box = await startTestBox();
      const { username, password } = box.issueCredentialFor();
      const run = await runEapolTest({
        ...{ outer: "PEAP", inner: "auth=MSCHAPV2", tls: how.tls },
        ...{ portNumber: box.authPort, username, password },
        phase1: `crypto_binding=${how.binding}`,
      });
      expect(run).toMatchObject({ isAccepted: true, areKeysRight: true, tls: how.tls });
    },
  );

  test.each([
    ["no-method", { outer: "MD5", inner: "" }],
    ["inner-method", { outer: "TTLS", inner: "auth=MSCHAP" }],
    ["inner-method", { outer: "TTLS", inner: "autheap=MD5" }],
    ["inner-method", { outer: "PEAP", inner: "auth=MD5" }],
  ])("%s (case %#) is refused, and the next member gets in", async (reason, method) => {
    const box = await startTestBox();
    const { username, password } = box.issueCredentialFor();
    const how = { ...papOn13, portNumber: box.authPort, username, password };
    expect((await runEapolTest({ ...how, ...method })).isAccepted).toBe(false);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ [reason]: 1 });
    expect((await runEapolTest(how)).isAccepted).toBe(true);
  });
});

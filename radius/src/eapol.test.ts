import { expect, test } from "vitest";
import { NAS_ID, startTestBox } from "../test/box.ts";
import { runEapolTest } from "../test/eapol.ts";
import { describeWithPeer } from "../test/peers.ts";

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

describeWithPeer("eapol_test", "eapol_test against the server", () => {
  test.each(cases)(
    "$outer, $inner, TLS $tls: a member gets in under the same keys",
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
});

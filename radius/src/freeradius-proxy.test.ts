import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MAC, NAS_ID, SECRET, startTestBox, type TestBox } from "../test/box.ts";
import { runEapolTest } from "../test/eapol.ts";
import { startFreeradiusSite } from "../test/freeradius-site.ts";
import { describeWithPeer } from "../test/peers.ts";

/** FreeRADIUS ends the tunnel and asks the box about the MS-CHAPv2 inside, without EAP. */
const startProxy = async (box: TestBox): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-freeradius-proxy-"));
  const { child, authPort } = await startFreeradiusSite({
    ...{ folder, secret: SECRET, credentials: [] },
    innerServer: { portNumber: box.authPort, secret: SECRET },
    editEap: (text) =>
      text.replaceAll("copy_request_to_tunnel = no", "copy_request_to_tunnel = yes"),
  });
  onTestFinished(async () => {
    await new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGKILL");
    });
    rmSync(folder, { recursive: true });
  });
  return authPort;
};

const inside = { outer: "TTLS", inner: "auth=MSCHAPV2", tls: "1.2" } as const;

const describeWithBoth = (title: string, tests: () => void) =>
  describeWithPeer("freeradius", title, () =>
    describeWithPeer("eapol_test", "and eapol_test", tests),
  );

describeWithBoth("MS-CHAPv2 from FreeRADIUS", () => {
  test("the peer believes the server's own proof, which FreeRADIUS hands on", async () => {
    const box = await startTestBox();
    const { username, password } = box.issueTicketFor();
    const portNumber = await startProxy(box);
    const run = await runEapolTest({ ...inside, portNumber, username, password, mac: MAC });
    expect(run.output).toContain("EAP-TTLS: Phase 2 MSCHAPV2 authentication succeeded");
    expect(run.isAccepted).toBe(true);
    expect(box.health().nas[NAS_ID]).toMatchObject({ accepts: 1, rejects: {}, drops: {} });
  });

  test("a wrong password is refused by MS-CHAP-Error", async () => {
    const box = await startTestBox();
    const { username, password } = box.issueTicketFor();
    const portNumber = await startProxy(box);
    const wrong = { username, password: `${password}x` };
    const run = await runEapolTest({ ...inside, portNumber, ...wrong, mac: MAC });
    expect(run.isAccepted).toBe(false);
    expect(box.health().nas[NAS_ID]).toMatchObject({
      ...{ accepts: 0, rejects: { "wrong-password": 1 }, drops: {} },
    });
  });
});

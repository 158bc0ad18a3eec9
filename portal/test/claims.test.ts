import { findOpenSessionByIp, listOpenSessions } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { openndsNas1, openndsNas2, sealFas, vectors } from "../src/nas/fixtures/examples.ts";
import { openTestPortal, readCode, type TestPortal } from "./open-portal.ts";

const ITS_IP = "10.10.0.92";
const NAS_IP = openndsNas1.source;
const text = vectors.opennds.level2.plain;

/** What openNDS writes at FAS level 1, where the guest can write it as well. */
const writeFas = (ip: string) =>
  sealFas(
    text.replace(" authdir=opennds_auth,", "").replace(`clientip=${ITS_IP}`, `clientip=${ip}`),
    openndsNas1,
  );

const open = () =>
  openTestPortal({
    settings: (settings) => {
      settings.nas = [openndsNas1, openndsNas2];
      settings.signIn.clickThrough = "always";
    },
  });

async function clickThrough(portal: TestPortal, { from, claim }: { from: string; claim: string }) {
  const browser = portal.browser({ ip: from });
  await browser.open(writeFas(claim));
  const handedBack = await browser.post("/click-through", { terms: browser.tick("terms") });
  expect(handedBack.location).toContain("/opennds_auth/?tok=");
}

describe("where the hand-off is the guest's own word", () => {
  test("a session is that of the guest it was granted to, not of the guest whose MAC was claimed", async () => {
    const portal = await open();
    const lan = portal.browser();
    await lan.open(`/fas?fas=${vectors.opennds.level2.fas}&iv=${vectors.opennds.level2.iv}`);
    await lan.askForCode("0912345678");
    await lan.submit("/code", { code: await readCode(portal) });
    await lan.submit("/details", { name: "Lan" });
    const lanId = portal.events("guest.connected")[0]?.payload.guestId;
    portal.pass(86_400);
    await clickThrough(portal, { from: "10.10.0.66", claim: "10.10.0.66" });
    const other = portal.events("guest.connected").at(-1)?.payload.guestId;
    expect(other).not.toBe(lanId);
    expect(portal.events("session.started").map((each) => each.payload.guestId)).toEqual([
      lanId,
      other,
    ]);
    expect(portal.events("visit.started").map((each) => each.payload.guestId)).toEqual([
      lanId,
      other,
    ]);
  });

  test.each([
    ["another guest's address", { from: "10.10.0.66", claim: "10.10.0.200" }],
    ["the NAS's own, which all its guests share", { from: NAS_IP, claim: NAS_IP }],
  ])("nobody is put online at %s", async (_, { from, claim }) => {
    const portal = await open();
    await clickThrough(portal, { from, claim });
    expect(portal.store.read(listOpenSessions).map((each) => each.ip)).toEqual([null]);
    const asked = await portal.app.inject({ url: "/captive-portal/api", remoteAddress: claim });
    expect(asked.json()).toMatchObject({ captive: true });
  });

  test("their own address is kept where they were seen at it", async () => {
    const portal = await open();
    await clickThrough(portal, { from: "10.10.0.66", claim: "10.10.0.66" });
    expect(portal.store.read((tx) => findOpenSessionByIp(tx, "10.10.0.66"))).not.toBeNull();
  });
});

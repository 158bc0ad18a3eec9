import { listOpenSessions } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { coovaOf, MAC, NAS_ID, OTHER_MAC, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas, type TestNas } from "../../test/nas.ts";
import { codes, statusTypes } from "../protocol/dictionary.ts";
import { attribute, findValue } from "../protocol/values.ts";

const GARDEN_ID = "01990000-0000-7000-8000-000000000019";
const LOBBY_SECRET = "secret-of-the-lobby";
const GARDEN_SECRET = "secret-of-the-garden";

/** Two NAS that come from one address, as behind NAT, each with a secret of its own. */
const openTwo = async () => {
  const settings = sampleSettings((each) => {
    const lobby = { ...coovaOf(each), source: "127.0.0.1", nasIdentifier: "lobby" };
    const garden = { ...lobby, id: GARDEN_ID, nasIdentifier: "garden" };
    each.nas = [
      { ...lobby, radiusSecret: LOBBY_SECRET },
      { ...garden, radiusSecret: GARDEN_SECRET },
    ];
    each.signIn.greet = "never";
  });
  const box = await startTestBox({ settings });
  const lobby = await openTestNas(LOBBY_SECRET);
  const garden = await openTestNas(GARDEN_SECRET);
  const open = () => box.store.read(listOpenSessions).map(({ nasId }) => nasId);
  const record = (nas: TestNas, name: string, status: number, mac: string | null = null) => {
    const session = mac === null ? [] : [attribute("Acct-Session-Id", "s-1")];
    const attributes = [
      attribute("Acct-Status-Type", status),
      attribute("NAS-Identifier", name),
      ...[...session, ...(mac === null ? [] : [attribute("Calling-Station-Id", mac)])],
    ];
    return nas.accounting(attributes);
  };
  type Told = Parameters<typeof record>;
  const report = (...told: Told) => told[0].exchange(box.acctPort, record(...told));
  const reportInVain = (...told: Told) =>
    told[0].exchange(box.acctPort, record(...told), SILENCE_MS);
  return { box, lobby, garden, open, report, reportInVain };
};

/** How long an answer is awaited that must not come. */
const SILENCE_MS = 300;

describe("two NAS behind one address", () => {
  test("each is checked by its own secret, and a ticket is the one's that it was issued for", async () => {
    const { box, lobby, garden } = await openTwo();
    const { username: userName, password } = box.issueTicketFor(MAC, { nasId: GARDEN_ID });
    const ask = (nas: TestNas, name: string) =>
      nas.exchange(
        box.authPort,
        nas.pap({ userName, password, mac: MAC, more: [attribute("NAS-Identifier", name)] }),
      );
    const elsewhere = await ask(lobby, "lobby");
    expect(elsewhere && findValue(elsewhere, "Reply-Message")).toBe("ticket-other-nas");
    expect((await ask(garden, "garden"))?.code).toBe(codes.accessAccept);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "ticket-other-nas": 1 });
    expect(box.health().nas[GARDEN_ID]).toMatchObject({ accepts: 1 });
  });

  test("the name of the other with one's own secret is met with silence, counted as its", async () => {
    const { box, lobby, open, reportInVain } = await openTwo();
    expect(await reportInVain(lobby, "garden", statusTypes.start, MAC)).toBeNull();
    expect(open()).toEqual([]);
    expect(box.health().nas[GARDEN_ID]?.drops).toEqual({ "wrong-authenticator": 1 });
  });

  test("a name that neither has, and none at all, are a stranger's", async () => {
    const { box, lobby, reportInVain } = await openTwo();
    expect(await reportInVain(lobby, "cellar", statusTypes.start, MAC)).toBeNull();
    const nameless = lobby.accounting([attribute("Acct-Status-Type", statusTypes.on)]);
    expect(await lobby.exchange(box.acctPort, nameless, SILENCE_MS)).toBeNull();
    expect(box.health().unknown.drops).toEqual({ "unknown-nas": 2 });
    expect(box.health().unknown.nas).toMatchObject([{ address: "127.0.0.1" }]);
  });

  test.each([
    ["On", statusTypes.on],
    ["Off", statusTypes.off],
  ])("RFC 2866 §5.1: Accounting-%s of one ends nothing of the other's", async (_, status) => {
    const { lobby, garden, open, report } = await openTwo();
    await report(lobby, "lobby", statusTypes.start, MAC);
    await report(garden, "garden", statusTypes.start, OTHER_MAC);
    expect(open().toSorted()).toEqual([NAS_ID, GARDEN_ID].toSorted());
    await report(lobby, "lobby", status);
    expect(open()).toEqual([GARDEN_ID]);
    await report(garden, "garden", status);
    expect(open()).toEqual([]);
  });
});

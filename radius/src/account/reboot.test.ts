import { listOpenSessions } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  coovaOf,
  MAC,
  NAS_ID,
  OTHER_MAC,
  SECRET,
  sampleSettings,
  startTestBox,
} from "../../test/box.ts";
import { openTestNas, type TestNas } from "../../test/nas.ts";
import { statusTypes } from "../protocol/dictionary.ts";
import { attribute } from "../protocol/values.ts";

const { start, interim, on, off } = statusTypes;
const THIRD_MAC = "AC-00-5E-00-53-03";

/** Two access points that are one NAS, or two NAS that share nothing. */
const openTwo = async (source: string) => {
  const settings = sampleSettings((each) => {
    coovaOf(each).source = source;
  });
  const box = await startTestBox({ settings });
  const one = await openTestNas(SECRET, "127.0.0.1");
  const two = await openTestNas(SECRET, "127.0.0.2");
  const report = (nas: TestNas, status: number, mac: string | null = null) =>
    nas.exchange(
      box.acctPort,
      nas.accounting([
        attribute("Acct-Status-Type", status),
        ...(mac === null
          ? []
          : [attribute("Acct-Session-Id", "s-1"), attribute("Calling-Station-Id", mac)]),
      ]),
    );
  const open = () => box.store.read(listOpenSessions).map((each) => each.nasAddress);
  return { box, one, two, report, open };
};

describe("RFC 2866 §5.1: Accounting-On and Accounting-Off", () => {
  test.each([
    ["On", on, "NAS-Reboot"],
    ["Off", off, "Admin-Reboot"],
  ])("%s of one access point of a network ends its sessions alone", async (_, status, cause) => {
    const { box, one, two, report, open } = await openTwo("127.0.0.0/24");
    await report(one, start, MAC);
    await report(two, start, OTHER_MAC);
    await report(two, start, THIRD_MAC);
    await report(one, status);
    expect(open()).toEqual(["127.0.0.2", "127.0.0.2"]);
    expect(box.listEvents("session.ended")).toMatchObject([{ payload: { cause } }]);
  });

  test("of the access point that a guest has left ends nothing where they are now", async () => {
    const { one, two, report, open } = await openTwo("127.0.0.0/24");
    await report(one, start, MAC);
    await report(two, interim, MAC);
    await report(one, on);
    expect(open()).toEqual(["127.0.0.2"]);
    await report(two, on);
    expect(open()).toEqual([]);
  });

  test("told again ends nothing more, and a stranger's ends nothing", async () => {
    const { box, one, two, report, open } = await openTwo("127.0.0.0/31");
    await report(one, start, MAC);
    const reboot = two.accounting([attribute("Acct-Status-Type", on)]);
    expect(await two.exchange(box.acctPort, reboot, 100)).toBeNull();
    expect(open()).toEqual(["127.0.0.1"]);
    await report(one, on);
    await report(one, on);
    expect(box.listEvents("session.ended")).toHaveLength(1);
  });

  test("of a NAS with one address ends all that is its own", async () => {
    const { one, report, open } = await openTwo("127.0.0.1");
    await report(one, start, MAC);
    await report(one, start, OTHER_MAC);
    await report(one, on);
    expect(open()).toEqual([]);
  });

  test("of a NAS with one address ends what it reported before it had that address", async () => {
    const { box, one, report, open } = await openTwo("127.0.0.1");
    await report(one, start, MAC);
    box.store.transaction((tx) =>
      tx.sql("update sessions set nas_address = '10.9.9.9' where nas_id = ?").run(NAS_ID),
    );
    await report(one, on);
    expect(open()).toEqual([]);
  });
});

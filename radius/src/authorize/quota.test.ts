import { endSession, linkDevice, startSession } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { statusTypes } from "../protocol/dictionary.ts";
import { attribute, findValue } from "../protocol/values.ts";
import { joinGigawords } from "../vendors/vendor.ts";
import { judgeMember } from "./authorize.ts";
import { findMemberFacts } from "./facts.ts";

const GIB = 2 ** 30;

/** A box whose one policy is changed, with a guest known on it; `ask` logs the device in by MAC. */
async function boxWith(change: Partial<AccessPolicy>) {
  const settings = sampleSettings((each) => {
    each.policies = each.policies.map((policy) => ({ ...policy, ...change }));
    each.signIn.greet = "never";
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  const { guestId } = box.issueTicketFor();
  const ask = async (mac = MAC) => {
    const reply = await nas.exchange(box.authPort, nas.pap({ userName: mac, password: mac, mac }));
    if (!reply) return "silence";
    return findValue(reply, "Session-Timeout") ?? findValue(reply, "Reply-Message");
  };
  /** What CoovaChilli is told of volume, put together again. */
  const askVolume = async () => {
    const packet = nas.pap({ userName: MAC, password: MAC, mac: MAC });
    const reply = await nas.exchange(box.authPort, packet);
    if (!reply) return "silence";
    const refused = findValue(reply, "Reply-Message");
    if (refused !== null) return refused;
    const read = (which: "Input" | "Output" | "Total") => {
      const octets = findValue(reply, `ChilliSpot-Max-${which}-Octets`);
      const gigawords = findValue(reply, `ChilliSpot-Max-${which}-Gigawords`) ?? 0;
      return octets === null ? null : joinGigawords(octets, gigawords);
    };
    return { up: read("Input"), down: read("Output"), total: read("Total") };
  };
  const connect = (id: string, mac = MAC) =>
    box.store.transaction((tx) =>
      startSession(tx, { nasId: NAS_ID, acctSessionId: id, mac, at: tx.now }),
    );
  const leave = (id: string, connectedSeconds: number, bytes = {}) =>
    box.store.transaction((tx) =>
      endSession(tx, {
        nasId: NAS_ID,
        acctSessionId: id,
        mac: MAC,
        at: tx.now,
        connectedSeconds,
        ...bytes,
        cause: "User-Request",
      }),
    );
  return { box, settings, guestId, ask, askVolume, connect, leave };
}

describe("limits on the wire", () => {
  test("part of MC-2.4: a reconnect gives nothing back of the day's hour, midnight does", async () => {
    const quotas = [{ per: "day" as const, seconds: 3600, bytes: null }];
    const { box, ask, connect, leave } = await boxWith({ quotas });
    expect(await ask()).toBe(3600);
    connect("a");
    box.advance(1800);
    leave("a", 1800);
    expect(await ask()).toBe(1800);
    connect("b");
    box.advance(1800);
    leave("b", 1800);
    expect(await ask()).toBe("time-used-up");
    box.advance(24 * 60 * 60);
    expect(await ask()).toBe(3600);
  });

  test("part of MC-2.5: a reconnect gives nothing back of the day's upload, and download is free", async () => {
    const quotas = [{ per: "day" as const, seconds: null, bytes: null, uploadBytes: 5 * GIB }];
    const { connect, leave, askVolume, box } = await boxWith({ quotas });
    expect(await askVolume()).toEqual({ up: 5 * GIB, down: null, total: null });
    connect("a");
    box.advance(600);
    leave("a", 600, { uploadBytes: GIB + 1, downloadBytes: 9 * GIB });
    expect(await askVolume()).toEqual({ up: 4 * GIB - 1, down: null, total: null });
    connect("b");
    box.advance(600);
    leave("b", 600, { uploadBytes: 4 * GIB - 1, downloadBytes: 0 });
    expect(await askVolume()).toBe("volume-used-up");
  });

  test("part of MC-2.4: a session ends at the closing hour, and is refused from then on", async () => {
    // The sample box's clock begins at 09:00 in Saigon, a Sunday.
    const allowedHours = [{ days: [7], from: "08:00", to: "10:00" }];
    const { box, ask } = await boxWith({ allowedHours });
    expect(await ask()).toBe(3600);
    box.advance(3599);
    expect(await ask()).toBe(1);
    box.advance(1);
    expect(await ask()).toBe("outside-hours");
  });

  test("a member on the secure SSID has what is left of the day, and no more", async () => {
    const quotas = [{ per: "day" as const, seconds: 3600, bytes: null }];
    const { box, settings, connect, leave } = await boxWith({ quotas });
    const { username: userName } = box.issueCredentialFor();
    const proof = { kind: "none" } as const;
    const request = {
      userName,
      proof,
      mac: MAC,
      isCallCheck: false,
      isFramed: false,
      isSigned: true,
    };
    const decide = () =>
      box.store.read((tx) => {
        const asked = { settings, nasId: NAS_ID, request, now: tx.now };
        return judgeMember(asked, findMemberFacts(tx, { userName, mac: MAC })).decision;
      });
    connect("a");
    box.advance(1800);
    leave("a", 1800);
    expect(decide()).toMatchObject({ kind: "accept", limits: { sessionSeconds: 1800 } });
    connect("b");
    box.advance(1800);
    leave("b", 1800);
    expect(decide()).toEqual({ kind: "reject", reason: "time-used-up" });
  });

  test("a second device of the guest is refused where one is allowed, and the first is not", async () => {
    const { box, guestId, ask, connect } = await boxWith({ devicesMax: 1 });
    const { deviceId } = box.issueTicketFor(OTHER_MAC);
    box.store.transaction((tx) => linkDevice(tx, { deviceId, guestId }));
    connect("a", OTHER_MAC);
    expect(await ask()).toBe("too-many-devices");
    expect(await ask(OTHER_MAC)).toBe(14_400);
  });

  test("the ghost of a device whose access point lost power keeps its guest's new one out no longer than a report is late", async () => {
    const { box, guestId, ask } = await boxWith({ devicesMax: 1 });
    const { deviceId } = box.issueTicketFor(OTHER_MAC);
    box.store.transaction((tx) => linkDevice(tx, { deviceId, guestId }));
    const nas = await openTestNas();
    const account = (status: number) => {
      const named = { "Acct-Session-Id": "ghost", "Calling-Station-Id": OTHER_MAC } as const;
      const attributes = Object.entries(named).map(([name, value]) =>
        attribute(name as keyof typeof named, value),
      );
      const record = [attribute("Acct-Status-Type", status), ...attributes];
      return nas.exchange(box.acctPort, nas.accounting(record));
    };
    await account(statusTypes.start);
    box.advance(600);
    await account(statusTypes.interim);
    box.advance(15 * 60);
    expect(await ask()).toBe("too-many-devices");
    box.advance(1);
    expect(await ask()).toBe(14_400);
  });
});

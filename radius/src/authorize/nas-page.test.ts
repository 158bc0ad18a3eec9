import {
  applySettings,
  findDeviceByMac,
  findGuest,
  listConsents,
  listOpenSessions,
} from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC } from "../../test/box.ts";
import { type By, CODE, openCodeBox } from "../../test/code-box.ts";
import { lockStore } from "../../test/store-lock.ts";
import { statusTypes } from "../protocol/dictionary.ts";
import { attribute, listOctets } from "../protocol/values.ts";

const MINUTES = 60;
const THIRD_MAC = "02-00-5E-00-53-03";
const everyWay: By[] = ["pap", "chap", "mschapv2"];

test("MC-1.5 a code of two uses and thirty minutes, typed at the access point's own page, lets in two devices for thirty minutes each and refuses the next", async () => {
  const { box, type } = await openCodeBox({ devicesMax: 2, minutes: 30 });
  expect(await type({ mac: MAC })).toBe(30 * MINUTES);
  box.advance(10 * MINUTES);
  expect(await type({ mac: OTHER_MAC })).toBe(30 * MINUTES);
  expect(await type({ mac: THIRD_MAC })).toBe("code-used-up");
  // Each device's minutes run by themselves, and coming back gives none of them back.
  expect(await type({ mac: MAC })).toBe(20 * MINUTES);
  box.advance(20 * MINUTES);
  expect(await type({ mac: MAC })).toBe("code-time-over");
  expect(await type({ mac: OTHER_MAC })).toBe(10 * MINUTES);
  box.advance(10 * MINUTES);
  expect(await type({ mac: OTHER_MAC })).toBe("code-time-over");
  expect(await type({ mac: THIRD_MAC })).toBe("code-used-up");
  await box.catchUp();
  expect(box.listEvents("access-code.used")).toHaveLength(2);
});

describe("an access code as name", () => {
  const spelt = { userName: "abcd 2345" };
  test.each(everyWay)(
    "is proved by %s with the code, however spelt, or with nothing",
    async (by) => {
      const { type } = await openCodeBox();
      const passwords = ["", "ABCD2345", "abcd2345", "ABCD-2345", "abcd-2345", "abcd 2345"];
      for (const password of passwords)
        expect(await type({ ...spelt, password, mac: MAC }, by)).toBe(30 * MINUTES);
    },
  );

  test.each(everyWay)(
    "is refused by %s with any other password, and nothing is noted",
    async (by) => {
      const { type, count, box } = await openCodeBox();
      const commits = box.store.changeCount();
      for (const password of ["x", "ABCD2346", `${CODE.code} x`])
        expect(await type({ password, mac: MAC }, by)).toMatch(/^wrong-password$|^MS-CHAP-Error$/);
      expect(box.store.changeCount()).toBe(commits);
      expect(await type({ mac: MAC }, by)).toBe(30 * MINUTES);
      expect(count("access_code_tries")).toBe(0);
    },
  );

  test("needs the device, and the NAS's secret in the request", async () => {
    const { type, count } = await openCodeBox();
    expect(await type({ mac: null })).toBe("no-calling-station");
    expect(await type({ mac: MAC, isSigned: false }, "chap")).toBe("not-signed");
    expect(await type({ mac: MAC, isSigned: false }, "mschapv2")).toBe("MS-CHAP-Error");
    expect(count("access_code_uses")).toBe(0);
    // PAP hides the password under it.
    expect(await type({ mac: MAC, isSigned: false })).toBe(30 * MINUTES);
  });

  test("is a ticket nobody has where the branch takes no codes", async () => {
    const { type, count } = await openCodeBox({}, (each) => {
      each.signIn.accessCode = { enabled: false };
    });
    expect(await type({ mac: MAC })).toBe("ticket-unknown");
    expect(count("devices")).toBe(0);
  });

  test("says why it lets nobody in", async () => {
    const validUntil = "2026-03-01T03:00:00.000Z";
    const { box, type } = await openCodeBox({ validFrom: "2026-03-01T02:10:00.000Z", validUntil });
    expect(await type({ mac: MAC })).toBe("code-not-yet-valid");
    box.advance(40 * MINUTES);
    expect(await type({ mac: MAC })).toBe(20 * MINUTES);
    box.advance(20 * MINUTES);
    expect(await type({ mac: MAC })).toBe("code-expired");
  });
});

describe("what a code grants", () => {
  test("is held to its policy as well, and a policy that is closed takes neither use nor minute", async () => {
    const days = [7];
    const { box, type, count } = await openCodeBox({}, (each) => {
      const allowedHours = [{ days, from: "10:00", to: "10:20" }];
      each.policies = each.policies.map((policy) => ({ ...policy, allowedHours }));
    });
    // The sample box's clock begins at 09:00 in Saigon, a Sunday.
    expect(await type({ mac: MAC })).toBe("outside-hours");
    const left = [count("access_code_uses"), count("guests"), count("devices")];
    expect(left).toEqual([0, 0, 1]);
    box.advance(60 * MINUTES);
    expect(await type({ mac: MAC })).toBe(20 * MINUTES);
    box.advance(30 * MINUTES);
    expect(await type({ mac: MAC })).toBe("code-time-over");
  });

  test("belongs to whoever holds it: their session has a guest, the device is nobody's, no consent is kept", async () => {
    const { box, nas } = await openCodeBox();
    const asked = { userName: CODE.code, password: "", mac: MAC };
    const reply = await nas.exchange(box.authPort, nas.pap(asked));
    const [granted] = reply ? listOctets(reply, "Class") : [];
    const record = [
      attribute("Acct-Status-Type", statusTypes.start),
      attribute("Acct-Session-Id", "s-1"),
      attribute("Calling-Station-Id", MAC),
      attribute("User-Name", CODE.code),
      attribute("Class", granted as Buffer),
    ];
    await nas.exchange(box.acctPort, nas.accounting(record));
    await box.catchUp();
    const [registered] = box.listEvents("guest.registered").map(({ payload }) => payload);
    expect(registered).toMatchObject({ termsVersion: null, details: {}, language: "vi" });
    const guestId = registered?.guestId as string;
    expect(box.store.read(listOpenSessions)).toMatchObject([{ guestId }]);
    expect(box.listEvents("visit.started")).toMatchObject([{ payload: { guestId } }]);
    expect(box.listEvents("guest.connected").map(({ payload }) => payload)).toMatchObject([
      { guestId, method: "access-code", nasId: NAS_ID },
    ]);
    box.store.read((tx) => {
      expect(findGuest(tx, guestId)?.phone).toBeNull();
      expect(findDeviceByMac(tx, MAC)?.guestId).toBeNull();
      expect(listConsents(tx, guestId)).toEqual([]);
    });
    expect(box.listEvents("consent.given")).toEqual([]);
  });

  test("is a known guest's on their own device", async () => {
    const { box, type, count } = await openCodeBox();
    const { guestId } = box.issueTicketFor();
    expect(await type({ mac: MAC })).toBe(30 * MINUTES);
    await box.catchUp();
    expect(count("guests")).toBe(1);
    expect(box.listEvents("guest.connected")).toMatchObject([{ payload: { guestId } }]);
  });
});

describe("guesses", () => {
  test("count for a device: after ten even the right code is refused, for an hour", async () => {
    const { box, type, count } = await openCodeBox();
    for (let at = 0; at < 10; at++) {
      const userName = `QQQQ222${"23456789AB"[at]}`;
      expect(await type({ userName, password: userName, mac: MAC })).toBe("code-unknown");
    }
    expect(count("access_code_tries")).toBe(10);
    expect(await type({ mac: MAC })).toBe("code-too-many-tries");
    expect(await type({ mac: OTHER_MAC })).toBe(30 * MINUTES);
    box.advance(60 * MINUTES);
    expect(await type({ mac: MAC })).toBe(30 * MINUTES);
  });

  test("count for the branch, and keep out nobody who is in", async () => {
    const { box, type } = await openCodeBox();
    await type({ mac: MAC });
    box.store.transaction((tx) => {
      for (let at = 0; at < 300; at++)
        tx.sql("insert into access_code_tries (id, tried_by, at) values (?, ?, ?)").run(
          ...[tx.newId(), `somebody ${at}`, tx.now.getTime()],
        );
    });
    expect(await type({ mac: OTHER_MAC })).toBe("code-too-many-tries");
    box.advance(31);
    expect(await type({ mac: MAC })).toBe(30 * MINUTES - 31);
  });

  test("are none where the name cannot be a code: nothing is written", async () => {
    const { box, type } = await openCodeBox();
    const commits = box.store.changeCount();
    const names = ["", "lan", "lan@example.com", "ABCD2", "ABCD2340", "ABCD".repeat(6)];
    for (const userName of names)
      expect(await type({ userName, password: userName, mac: MAC })).toBe("ticket-unknown");
    // Without a 0, 1, I, L or O a MAC looks like a code.
    const byMac = { userName: "ACDE48235678", password: "", mac: "AC-DE-48-23-56-78" };
    expect(await type(byMac)).toBe("ticket-unknown");
    expect(box.store.changeCount()).toBe(commits);
  });
});

describe("a NAS that asks again with a new authenticator", () => {
  test("gets the same answer within 30 seconds, and one arrival is told", async () => {
    const { box, type, count } = await openCodeBox();
    expect(await type({ mac: MAC })).toBe(30 * MINUTES);
    box.advance(30);
    expect(await type({ mac: MAC })).toBe(30 * MINUTES - 30);
    const byMac = { userName: MAC, password: MAC, mac: MAC };
    expect(await type(byMac)).toBe(30 * MINUTES - 30);
    await box.catchUp();
    expect(box.listEvents("guest.connected")).toHaveLength(1);
    expect(count("access_code_uses")).toBe(1);
  });

  test("makes one guess of a wrong code, and a code that was made meanwhile is heard at once", async () => {
    const { box, type, count, settings } = await openCodeBox();
    const wrong = { userName: "QQQQ2222", password: "", mac: MAC };
    for (let at = 0; at < 3; at++) expect(await type(wrong)).toBe("code-unknown");
    expect(count("access_code_tries")).toBe(1);
    box.advance(31);
    expect(await type(wrong)).toBe("code-unknown");
    expect(count("access_code_tries")).toBe(2);
    const made = { ...CODE, id: "01990000-0000-7000-8000-0000000000a1", code: "QQQQ2222" };
    const next = { ...settings, version: settings.version + 1, accessCodes: [made] };
    box.store.transaction((tx) => applySettings(tx, next));
    await box.catchUp();
    expect(await type(wrong)).toBe(30 * MINUTES);
  });

  test("while it is being decided counts once, with whatever it was asked", async () => {
    const { box, type, count } = await openCodeBox();
    const wrong = { userName: "QQQQ2222", password: "QQQQ2222", mac: OTHER_MAC };
    const asked = Array.from({ length: 5 }, () => [type({ mac: MAC }), type(wrong)]);
    const answers = await Promise.all(asked.flat());
    expect(new Set(answers)).toEqual(new Set([30 * MINUTES, "code-unknown"]));
    await box.catchUp();
    expect(count("access_code_tries")).toBe(1);
    expect(box.listEvents("guest.connected")).toHaveLength(1);
  });
});

test("of many devices that type a code's last use at once exactly one gets in", async () => {
  const { type, count } = await openCodeBox({ devicesMax: 1 });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => type({ mac: `02-00-5E-00-54-${10 + at}` })),
  );
  expect(answers.filter((answer) => answer === 30 * MINUTES)).toHaveLength(1);
  expect(answers.filter((answer) => answer === "code-used-up")).toHaveLength(19);
  expect(count("access_code_uses")).toBe(1);
});

test("while the store is locked a code is refused in time, and lets in once the store is back", async () => {
  const { box, type, count } = await openCodeBox();
  const unlock = await lockStore(box.folder);
  const began = performance.now();
  expect(await type({ mac: MAC })).toBe("store-failed");
  expect(performance.now() - began).toBeLessThan(10_000);
  await unlock();
  expect(await type({ mac: MAC })).toBe(30 * MINUTES);
  await box.catchUp();
  expect(count("access_code_uses")).toBe(1);
  expect(box.listEvents("guest.connected")).toHaveLength(1);
});

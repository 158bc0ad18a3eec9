import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type AccessCode, readEvent } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  MAC,
  NAS,
  openTestStore,
  POLICY,
  sampleIdentity,
  sampleSettings,
  see,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  ACCESS_CODE_TRIES_PER_BRANCH,
  ACCESS_CODE_TRIES_PER_DEVICE,
  ACCESS_CODE_TRIES_SECONDS,
  applySettings,
  findKnownGuestOfDevice,
  findRunningAccessCode,
  findTicket,
  issueTicket,
  signInGuest,
  startSession,
  updateSession,
  useAccessCode,
  useTicket,
} from "./index.ts";

const require = createRequire(import.meta.url);
const CODE: AccessCode = {
  id: "01990000-0000-7000-8000-0000000000a0",
  code: "ABCD2345",
  devicesMax: 2,
  minutes: 60,
  validFrom: null,
  validUntil: null,
  policyId: null,
};
const OTHER_CODE = { ...CODE, id: "01990000-0000-7000-8000-0000000000a1", code: "WXYZ6789" };
const macOf = (number: number) => `02-00-5E-00-53-${number.toString(16).padStart(2, "0")}`;

function openWith(change: Partial<AccessCode> = {}): TestStore {
  const store = openTestStore();
  const accessCodes = [{ ...CODE, ...change }, OTHER_CODE];
  store.transaction((tx) => applySettings(tx, { ...sampleSettings(), version: 9, accessCodes }));
  return store;
}

function enter(store: TestStore, number: number, code = "abcd-2345", triedBy = macOf(number)) {
  const { id: deviceId } = see(store, macOf(number).toUpperCase());
  return store.transaction((tx) => {
    const guestOf = () =>
      signInGuest(tx, {
        deviceId,
        nasId: NAS,
        language: "vi",
        details: {},
        termsVersion: 1,
        phone: null,
        proved: false,
      }).id;
    return useAccessCode(tx, { code, deviceId, nasId: NAS, triedBy, guestOf });
  });
}

const secondsLeft = (use: ReturnType<typeof enter>) =>
  use.kind === "granted" ? use.secondsLeft : use.reason;

describe("an access code", () => {
  test("part of MC-1.5: lets in as many devices as it has uses, for its minutes each, and no more", () => {
    const store = openWith();
    expect(secondsLeft(enter(store, 1))).toBe(3600);
    store.advance(600);
    expect(secondsLeft(enter(store, 2))).toBe(3600);
    expect(enter(store, 3)).toEqual({ kind: "refused", reason: "used-up" });
    expect(secondsLeft(enter(store, 3, OTHER_CODE.code))).toBe(3600);
  });

  test("part of MC-1.5: a device that comes back goes on with what is left, and counts once", () => {
    const store = openWith();
    const first = enter(store, 1);
    store.advance(1500);
    const again = enter(store, 1);
    expect(secondsLeft(again)).toBe(2100);
    expect(again).toMatchObject({ guestId: first.kind === "granted" && first.guestId });
    expect(secondsLeft(enter(store, 2))).toBe(3600);
    store.advance(2100);
    expect(secondsLeft(enter(store, 1))).toBe("time-over");
    expect(secondsLeft(enter(store, 2))).toBe(1500);
    expect(secondsLeft(enter(store, 3))).toBe("used-up");
  });

  test("tells of each device once, in the transaction that lets it in, and never tells the code", () => {
    const store = openWith();
    enter(store, 1);
    enter(store, 1);
    enter(store, 2);
    enter(store, 3);
    const events = store.listEvents("access-code.used");
    expect(events.map(({ payload }) => payload.deviceNumber)).toEqual([1, 2]);
    expect(events[0]?.payload).toMatchObject({
      codeId: CODE.id,
      nasId: NAS,
      endsAt: "2026-03-01T03:00:00.000Z",
    });
    expect(JSON.stringify(store.listEvents())).not.toContain(CODE.code);
    expect(events.map((event) => readEvent(event).kind)).toEqual(["known", "known"]);
    const golden = require("@foyer/contract/fixtures/events/access-code.used.v1.json");
    expect(Object.keys(events[0]?.payload ?? {}).toSorted()).toEqual(
      Object.keys(golden.payload).toSorted(),
    );
    expect(store.listEvents("guest.registered")).toHaveLength(2);
  });

  test("an act that fails after the use leaves neither use nor event", () => {
    const store = openWith({ devicesMax: 1 });
    const device = see(store);
    const { guest } = signIn(store);
    const entry = { code: CODE.code, deviceId: device.id, nasId: NAS, triedBy: MAC };
    const fail = () =>
      store.transaction((tx) => {
        useAccessCode(tx, { ...entry, guestOf: () => guest.id });
        throw new Error("pulled out");
      });
    expect(fail).toThrow("pulled out");
    expect(store.listEvents("access-code.used")).toEqual([]);
    expect(secondsLeft(enter(store, 7))).toBe(3600);
  });

  test("holds from its beginning to its end, and nobody is online by it after that", () => {
    const validFrom = "2026-03-01T02:10:00Z";
    const validUntil = "2026-03-01T02:40:00Z";
    const store = openWith({ validFrom, validUntil });
    expect(secondsLeft(enter(store, 1))).toBe("not-yet-valid");
    store.advance(600);
    expect(secondsLeft(enter(store, 1))).toBe(1800);
    store.advance(1799);
    expect(secondsLeft(enter(store, 1))).toBe(1);
    store.advance(1);
    expect(secondsLeft(enter(store, 1))).toBe("expired");
    expect(secondsLeft(enter(store, 2))).toBe("expired");
  });

  test("that has left the settings is unknown, and comes back with its uses", () => {
    const store = openWith({ devicesMax: 1 });
    enter(store, 1);
    const apply = (version: number, accessCodes: AccessCode[]) =>
      store.transaction((tx) => applySettings(tx, { ...sampleSettings(), version, accessCodes }));
    apply(10, []);
    expect(secondsLeft(enter(store, 1))).toBe("unknown");
    apply(11, [{ ...CODE, devicesMax: 1 }]);
    expect(secondsLeft(enter(store, 2))).toBe("used-up");
  });

  test("two devices that race for the last use: one gets it", async () => {
    const store = openWith({ devicesMax: 1 });
    writeFileSync(
      join(store.folder, "box.json"),
      JSON.stringify({ ...sampleIdentity(), cloudUrl: "https://cloud.test" }),
    );
    const racers = [1, 2, 3, 4].map((number) => {
      const deviceId = see(store, macOf(number)).id;
      return startRacer(store.folder, deviceId);
    });
    await Promise.all(racers.map((racer) => racer.ready));
    for (const racer of racers) racer.go();
    const answers = await Promise.all(racers.map((racer) => racer.answer));
    expect(answers.toSorted()).toEqual(["granted", "used-up", "used-up", "used-up"]);
    expect(store.listEvents("access-code.used")).toHaveLength(1);
  });
});

describe("a clock that jumps back gives nothing back", () => {
  test("of what the device was told it has left", () => {
    const store = openWith();
    enter(store, 1);
    store.advance(1800);
    expect(secondsLeft(enter(store, 1))).toBe(1800);
    store.advance(-86_400);
    expect(secondsLeft(enter(store, 1))).toBe(1800);
    store.advance(600);
    expect(secondsLeft(enter(store, 1))).toBe(1200);
    store.advance(1200);
    expect(secondsLeft(enter(store, 1))).toBe("time-over");
  });

  test("of the time that the NAS counted while the portal heard nothing", () => {
    const store = openWith();
    enter(store, 1);
    const session = { nasId: NAS, acctSessionId: "s-1", mac: macOf(1) };
    store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
    store.advance(3000);
    store.transaction((tx) =>
      updateSession(tx, { ...session, at: tx.now, connectedSeconds: 3000 }),
    );
    store.advance(-2000);
    expect(secondsLeft(enter(store, 1))).toBe(600);
  });

  test("of time that is over, even when the device is asked about by its MAC alone", () => {
    const store = openWith();
    enter(store, 1);
    store.advance(3600);
    expect(secondsLeft(enter(store, 1))).toBe("time-over");
    const { id } = see(store, macOf(1));
    expect(store.read((tx) => findRunningAccessCode(tx, id))).toBeNull();
  });
});

describe("guessing", () => {
  test("a device that tries too many wrong codes waits, even with the right one", () => {
    const store = openWith();
    for (let count = 0; count < ACCESS_CODE_TRIES_PER_DEVICE; count++) {
      expect(secondsLeft(enter(store, 1, `WRONG${"23456789AB"[count]}22`))).toBe("unknown");
      store.advance(60);
    }
    expect(secondsLeft(enter(store, 1))).toBe("too-many-tries");
    expect(secondsLeft(enter(store, 2))).toBe(3600);
    // The window slides: the first try is forgotten an hour after it was made.
    store.advance(ACCESS_CODE_TRIES_SECONDS - ACCESS_CODE_TRIES_PER_DEVICE * 60);
    expect(secondsLeft(enter(store, 1))).toBe(3600);
    expect(secondsLeft(enter(store, 1, "WRNG2222"))).toBe("unknown");
    expect(secondsLeft(enter(store, 1))).toBe("too-many-tries");
  });

  test("many devices together find a limit too, which keeps out nobody who is in already", () => {
    const store = openWith();
    enter(store, 1);
    for (let count = 0; count < ACCESS_CODE_TRIES_PER_BRANCH; count++)
      enter(store, 99, "WRNG2222", `made-up-${count}`);
    expect(secondsLeft(enter(store, 2))).toBe("too-many-tries");
    expect(secondsLeft(enter(store, 1))).toBe(3600);
    store.advance(ACCESS_CODE_TRIES_SECONDS);
    expect(secondsLeft(enter(store, 2))).toBe(3600);
  });

  test("a clock that jumps back forgives no try, and keeps nobody out for ever", () => {
    const store = openWith();
    for (let count = 0; count < ACCESS_CODE_TRIES_PER_DEVICE; count++) enter(store, 1, "WRNG2222");
    store.advance(-10 * 86_400);
    expect(secondsLeft(enter(store, 1))).toBe("too-many-tries");
    store.advance(ACCESS_CODE_TRIES_SECONDS);
    expect(secondsLeft(enter(store, 1))).toBe(3600);
  });
});

describe("a device that came in by an access code", () => {
  test("has the ticket's end, and is nobody's when the NAS has taken it", () => {
    const store = openWith();
    const use = enter(store, 1);
    if (use.kind !== "granted") throw new Error(use.reason);
    const device = see(store, macOf(1));
    const { guestId, endsAt } = use;
    const ticket = store.transaction((tx) =>
      issueTicket(tx, {
        nasId: NAS,
        deviceId: device.id,
        guestId,
        mac: macOf(1),
        method: "access-code",
        policyId: POLICY,
        endsAt,
      }),
    );
    expect(store.read((tx) => findTicket(tx, ticket.username))?.endsAt).toEqual(endsAt);
    const spend = { username: ticket.username, nasId: NAS, mac: macOf(1), requestKey: "1" };
    expect(store.transaction((tx) => useTicket(tx, spend)).kind).toBe("used");
    expect(store.read((tx) => findKnownGuestOfDevice(tx, device.id))).toBeNull();
  });

  test("is found by its MAC alone while its minutes run and its code is in force", () => {
    const store = openWith({ policyId: POLICY });
    const device = see(store, macOf(1));
    const find = () => store.read((tx) => findRunningAccessCode(tx, device.id));
    expect(find()).toBeNull();
    enter(store, 1);
    store.advance(600);
    expect(find()).toMatchObject({ codeId: CODE.id, policyId: POLICY, secondsLeft: 3000 });
    store.transaction((tx) => applySettings(tx, { ...sampleSettings(), version: 10 }));
    expect(find()).toBeNull();
  });

  test("a ticket of any other way in has no end of its own", () => {
    const store = openTestStore();
    const { guest, device } = signIn(store);
    const grantee = { nasId: NAS, deviceId: device.id, guestId: guest.id, mac: MAC };
    const ticket = store.transaction((tx) =>
      issueTicket(tx, { ...grantee, method: "phone-code", policyId: POLICY }),
    );
    expect(ticket.endsAt).toBeNull();
  });
});

function startRacer(folder: string, deviceId: string) {
  const program = join(import.meta.dirname, "..", "test", "code-user.ts");
  const child = spawn(process.execPath, [program, folder, deviceId, CODE.code]);
  let output = "";
  let faults = "";
  child.stderr.on("data", (chunk) => (faults += chunk));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      resolve();
    });
    child.once("close", () => reject(new Error(`a racer ended before the start: ${faults}`)));
  });
  const answer = new Promise<string>((resolve) =>
    child.once("close", () => resolve(output.split("\n")[1] || faults)),
  );
  return { ready, answer, go: () => child.stdin.end("go\n") };
}

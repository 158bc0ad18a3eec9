import { expect, test } from "vitest";
import { MAC, OTHER_MAC, openTestStore, sampleSettings, see, signIn } from "../test/store.ts";
import {
  applySettings,
  ROOM_TRIES_PER_ADDRESS,
  ROOM_TRIES_PER_DEVICE,
  ROOM_TRIES_PER_ROOM,
  ROOM_TRIES_SECONDS,
  useRoom,
} from "./index.ts";

const UNTIL = "2026-03-04T05:00:00Z";

function open() {
  const store = openTestStore();
  const settings = sampleSettings();
  settings.version += 1;
  settings.roomStays = [
    { room: "204", name: "Nguyễn", validFrom: "2026-03-01T01:00:00Z", validUntil: UNTIL },
    { room: "12-B", name: "Smith", validFrom: "2026-03-02T01:00:00Z", validUntil: UNTIL },
  ];
  store.transaction((tx) => applySettings(tx, settings));
  const guest = signIn(store, { phone: null, proved: false }).guest;
  let asked = 0;
  const use = (room: string, name: string, by: { mac?: string; address?: string } = {}) => {
    const { mac = MAC, address = null } = by;
    const deviceId = see(store, mac).id;
    const guestOf = () => {
      asked += 1;
      return guest.id;
    };
    return store.transaction((tx) =>
      useRoom(tx, { room, name, deviceId, triedBy: mac, address, guestOf }),
    );
  };
  return { store, use, guest, countAsked: () => asked };
}

const macOf = (number: number) => `02-00-5E-00-54-${String(number).padStart(2, "0")}`;
const REFUSED = { kind: "refused", reason: "unknown" };
const TOO_MANY = { kind: "refused", reason: "too-many-tries" };

test("a room and its name let in until check-out, however they are written", () => {
  const { use, guest } = open();
  const granted = { kind: "granted", guestId: guest.id, endsAt: new Date(UNTIL) };
  for (const [room, name] of [
    ["204", "Nguyễn"],
    [" 204 ", "NGUYEN"],
    ["204", "nguyên "],
  ] as const)
    expect(use(room, name)).toEqual(granted);
});

test("another name, another room, and the same before check-in or after check-out are one refusal", () => {
  const { store, use } = open();
  expect(use("204", "Tran")).toEqual(REFUSED);
  expect(use("205", "Nguyen")).toEqual(REFUSED);
  expect(use("12B", "Smith")).toEqual(REFUSED);
  store.advance(24 * 60 * 60);
  expect(use("12 b", "smith").kind).toBe("granted");
  store.advance(3 * 24 * 60 * 60);
  expect(use("12 b", "smith")).toEqual(REFUSED);
});

test("a device that comes back in the same stay is the same guest", () => {
  const { use, countAsked } = open();
  const first = use("204", "Nguyen");
  expect(use("204", "Nguyen")).toEqual(first);
  expect(countAsked()).toBe(1);
  use("204", "Nguyen", { mac: OTHER_MAC });
  expect(countAsked()).toBe(2);
});

test("a device has ten wrong tries an hour, and then not even the right name is taken", () => {
  const { store, use } = open();
  for (let tries = 0; tries < ROOM_TRIES_PER_DEVICE; tries += 1)
    expect(use(`3${tries}`, "Nguyen")).toEqual(REFUSED);
  expect(use("204", "Nguyen")).toEqual(TOO_MANY);
  expect(use("204", "Nguyen", { mac: OTHER_MAC }).kind).toBe("granted");
  store.advance(ROOM_TRIES_SECONDS);
  expect(use("204", "Nguyen").kind).toBe("granted");
});

test("a room is tried by many devices together ten times an hour, which keeps out nobody who was in", () => {
  const { use } = open();
  expect(use("204", "Nguyen").kind).toBe("granted");
  for (let tries = 0; tries < ROOM_TRIES_PER_ROOM; tries += 1)
    expect(use("2 0 4", "Tran", { mac: macOf(tries) })).toEqual(REFUSED);
  expect(use("204", "Nguyen", { mac: OTHER_MAC })).toEqual(TOO_MANY);
  expect(use("204", "Nguyen").kind).toBe("granted");
});

test("an address has twenty wrong tries an hour, whatever MACs it claims and rooms it names", () => {
  const { use } = open();
  const address = "10.0.0.6";
  for (let tries = 0; tries < ROOM_TRIES_PER_ADDRESS; tries += 1)
    expect(use(`3${tries}`, "Nguyen", { mac: macOf(tries), address })).toEqual(REFUSED);
  expect(use("204", "Nguyen", { mac: macOf(50), address })).toEqual(TOO_MANY);
  expect(use("204", "Nguyen", { mac: macOf(51), address: "10.0.0.7" }).kind).toBe("granted");
});

test("a clock that was put back forgives nothing and keeps nobody out for ever", () => {
  const { store, use } = open();
  store.advance(30 * 60);
  for (let tries = 0; tries < ROOM_TRIES_PER_DEVICE; tries += 1) use(`3${tries}`, "Nguyen");
  store.advance(-30 * 60);
  expect(use("204", "Nguyen")).toEqual(TOO_MANY);
  store.advance(ROOM_TRIES_SECONDS);
  expect(use("204", "Nguyen").kind).toBe("granted");
});

test("neither the store nor an event holds a name of the list", () => {
  const { store, use } = open();
  use("204", "Nguyen");
  use("204", "Tran");
  const rows = store.read((tx) => [
    tx.sql("select * from room_uses").all(),
    tx.sql("select * from room_tries").all(),
  ]);
  expect(JSON.stringify([rows, store.listEvents()])).not.toMatch(/nguy|tran/i);
});

import { DOOR_NOTES_KEPT_MAX } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  eraseGuest,
  finishCommand,
  keepDoorNote,
  listDoorNotes,
  listDueBoxCommands,
  type NewDoorNote,
  purgeDoorNotes,
  saveCommands,
} from "./index.ts";

const keep = (store: TestStore, some: Partial<NewDoorNote> = {}) =>
  store.transaction((tx) =>
    keepDoorNote(tx, {
      ...{
        at: tx.now,
        by: "radius",
        mac: MAC,
        phone: null,
        sender: null,
        nasId: NAS,
        asked: "log-in",
      },
      ...{ answer: "refused", reason: "ticket-expired", policyId: null, ...some },
    }),
  );
const rowsOf = (store: TestStore, text: string) => store.read((tx) => tx.sql(text).all());
const list = (store: TestStore, about: Parameters<typeof listDoorNotes>[1]) =>
  store.read((tx) => listDoorNotes(tx, about));

test("what was noted of a device is told in order, and nothing of another", () => {
  const store = openTestStore();
  keep(store, { asked: "page", answer: "told", reason: null, by: "portal" });
  store.advance(5);
  keep(store);
  keep(store, { mac: OTHER_MAC });
  const notes = list(store, { mac: MAC });
  expect(notes.map(({ asked, answer, reason }) => [asked, answer, reason])).toEqual([
    ["page", "told", null],
    ["log-in", "refused", "ticket-expired"],
  ]);
  expect(notes[1]?.at).toBe("2026-03-01T02:00:05.000Z");
});

test("a number finds the devices it was named on and those its guest comes with, and stands nowhere", () => {
  const store = openTestStore();
  signIn(store);
  keep(store, { asked: "code", by: "portal", phone: "+84912000001", mac: OTHER_MAC });
  keep(store, { mac: OTHER_MAC });
  keep(store);
  expect(list(store, { phone: "+84912000001" })).toHaveLength(2);
  expect(list(store, { phone: PHONE })).toMatchObject([{ mac: MAC }]);
  expect(list(store, { phone: "+84912000002" })).toEqual([]);
  const rows = JSON.stringify(rowsOf(store, "select * from door_notes"));
  expect(rows).not.toContain("912000001");
});

test("notes go after three days, and are not told of before that pass either", () => {
  const store = openTestStore();
  keep(store);
  store.advance(72 * 3600 - 1);
  expect(list(store, { mac: MAC })).toHaveLength(1);
  store.advance(2);
  expect(list(store, { mac: MAC })).toEqual([]);
  store.transaction(purgeDoorNotes);
  expect(rowsOf(store, "select * from door_notes")).toEqual([]);
});

test("the newest stay where there are too many", () => {
  const store = openTestStore();
  store.transaction((tx) => {
    for (let index = 0; index < DOOR_NOTES_KEPT_MAX + 10; index += 1)
      keepDoorNote(tx, {
        ...{
          at: tx.now,
          by: "radius",
          mac: index < 10 ? OTHER_MAC : MAC,
          phone: null,
          sender: null,
          nasId: NAS,
        },
        ...{ asked: "device", answer: "refused", reason: "unknown-device", policyId: null },
      });
  });
  const [count] = rowsOf(store, "select count(*) as count from door_notes");
  expect(count).toEqual({ count: DOOR_NOTES_KEPT_MAX });
  expect(list(store, { mac: OTHER_MAC })).toEqual([]);
});

test("of a guest who is forgotten nothing stays noted, by device or number", () => {
  const store = openTestStore();
  const { device, guest } = signIn(store);
  keep(store);
  keep(store, { mac: OTHER_MAC, phone: PHONE });
  keep(store, { mac: OTHER_MAC });
  const request = { guestId: guest.id, deviceId: device.id, nasId: NAS, language: "vi" } as const;
  store.transaction((tx) => eraseGuest(tx, request));
  expect(rowsOf(store, "select mac, phone_mark from door_notes")).toEqual([
    { mac: OTHER_MAC, phone_mark: null },
  ]);
});

test("whom a command is about is locked in the store, and goes once it was carried out", () => {
  const store = openTestStore();
  const id = "0199f000-0000-7000-8000-0000000000d1";
  const expiresAt = "2026-03-01T03:00:00Z";
  const about = { phone: PHONE };
  store.transaction((tx) =>
    saveCommands(tx, [{ id, position: 1, kind: "guests.trace", about, expiresAt }]),
  );
  expect(store.read(listDueBoxCommands)).toMatchObject([{ id, about }]);
  expect(JSON.stringify(rowsOf(store, "select about from box_commands"))).not.toContain(PHONE);
  store.transaction((tx) => finishCommand(tx, { id, outcome: "done" }));
  expect(rowsOf(store, "select about from box_commands")).toEqual([{ about: null }]);
});

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { openUpgradedStore } from "../test/older-store.ts";
import { MAC, openTestStore, see } from "../test/store.ts";
import {
  findPullPosition,
  finishCommand,
  forgetWrongTries,
  listDueBoxCommands,
  listDueDisconnects,
  listUntoldAnswers,
  noteAnswersTold,
  saveBranchCommands,
  saveCommands,
} from "./index.ts";

const command = (position: number) => ({
  ...{ id: randomUUID(), position, kind: "box.refresh" },
  expiresAt: "2026-03-01T02:10:00.000Z",
});

test("a command is due until it is done, its outcome untold until it is told, and both once", () => {
  const store = openTestStore();
  const [first, second] = [command(5), command(7)];
  for (let time = 0; time < 2; time += 1)
    store.transaction((tx) => saveCommands(tx, [first, second]));
  const due = () => store.read(listDueBoxCommands).map(({ id }) => id);
  const untold = () => store.read((tx) => listUntoldAnswers(tx, 10)).map(({ outcome }) => outcome);
  expect(due()).toEqual([first.id, second.id]);
  expect(store.read(findPullPosition).boxCommands).toBe(7);
  const finish = (outcome: string) =>
    store.transaction((tx) => finishCommand(tx, { id: first.id, outcome }));
  finish("done");
  finish("expired");
  expect([due(), untold()]).toEqual([[second.id], ["done"]]);
  store.transaction((tx) => noteAnswersTold(tx, [first.id]));
  expect(untold()).toEqual([]);
  store.transaction((tx) => saveCommands(tx, [first]));
  expect(due()).toEqual([second.id]);
  store.advance(10 * 60);
  expect(store.read(listDueBoxCommands)).toMatchObject([{ isExpired: true }]);
});

const disconnect = (position: number) => ({
  ...command(position),
  ...{ kind: "guest.disconnect" as const, deviceId: randomUUID() },
});

test("to send a guest off is for whoever speaks to their NAS, and any other command for the box", () => {
  const store = openTestStore();
  const [off, refresh] = [disconnect(5), command(6)];
  store.transaction((tx) => saveCommands(tx, [off, refresh]));
  const { id, deviceId, expiresAt } = off;
  const listed = [{ id, deviceId, expiresAt: new Date(expiresAt) }];
  expect(store.read(listDueDisconnects)).toEqual(listed);
  expect(store.read(listDueBoxCommands).map((due) => due.id)).toEqual([refresh.id]);
  store.advance(3600);
  expect(store.read(listDueDisconnects), "too late, and said so").toEqual(listed);
  store.transaction((tx) => finishCommand(tx, { id, outcome: "expired" }));
  expect(store.read(listDueDisconnects)).toEqual([]);
  expect(store.read((tx) => listUntoldAnswers(tx, 10))).toMatchObject([
    { commandId: id, outcome: "expired" },
  ]);
});

test("one that a cloud of the release before told by branch is the same when it comes again by box", () => {
  const store = openTestStore();
  const off = disconnect(3);
  store.transaction((tx) => saveBranchCommands(tx, [off]));
  expect(store.read(findPullPosition)).toMatchObject({ commands: 3, boxCommands: 0 });
  store.transaction((tx) => finishCommand(tx, { id: off.id, outcome: "acknowledged" }));
  store.transaction((tx) => saveCommands(tx, [{ ...off, position: 900 }]));
  expect(store.read(listDueDisconnects)).toEqual([]);
  expect(store.read(findPullPosition)).toMatchObject({ commands: 3, boxCommands: 900 });
});

test("the upgrade to one list loses nothing that is due or was not told, and tells nothing twice", () => {
  const row = (id: string, rest: string) =>
    `insert into commands (id, position, kind, device_id, expires_at, outcome, finished_at, told_at)
     values ('${id}', ${id.length}, 'guest.disconnect', 'd-${id}', 9000, ${rest});`;
  const store = openUpgradedStore({
    before: "one-clock-one-list",
    sql: [
      row("due", "null, null, null"),
      row("done", "'acknowledged', 5000, null"),
      row("older", "'no-session', 4000, 6000"),
    ].join("\n"),
  });
  expect(store.read(listDueDisconnects)).toMatchObject([{ id: "due", deviceId: "d-due" }]);
  expect(store.read((tx) => listUntoldAnswers(tx, 10))).toMatchObject([
    { commandId: "done", outcome: "acknowledged", finishedAt: "1970-01-01T00:00:05.000Z" },
  ]);
  expect(store.read(listDueBoxCommands)).toEqual([]);
});

test("wrong tries are forgotten of one device that was proved, or of all", () => {
  const store = openTestStore();
  const device = see(store);
  const other = "02-00-5E-00-53-02";
  const tried = () =>
    (
      store.read((tx) => tx.sql("select tried_by from access_code_tries order by 1").all()) as {
        tried_by: string;
      }[]
    ).map(({ tried_by }) => tried_by);
  store.transaction((tx) => {
    for (const by of [MAC, "@10.0.0.7", other])
      tx.sql("insert into access_code_tries values (?, ?, 0)").run(randomUUID(), by);
  });
  store.transaction((tx) => forgetWrongTries(tx, randomUUID()));
  expect(tried()).toHaveLength(3);
  store.transaction((tx) => forgetWrongTries(tx, device.id));
  expect(tried()).toEqual([other, "@10.0.0.7"]);
  store.transaction((tx) => forgetWrongTries(tx, null));
  expect(tried()).toEqual([]);
});

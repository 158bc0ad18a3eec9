import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { MAC, openTestStore, see } from "../test/store.ts";
import {
  findPullPosition,
  finishBoxCommand,
  forgetWrongTries,
  listDueBoxCommands,
  listUntoldAnswers,
  noteAnswersTold,
  saveBoxCommands,
} from "./index.ts";

const command = (position: number) => ({
  ...{ id: randomUUID(), position, kind: "box.refresh" },
  expiresAt: "2026-03-01T02:10:00.000Z",
});

test("a command is due until it is done, its outcome untold until it is told, and both once", () => {
  const store = openTestStore();
  const [first, second] = [command(5), command(7)];
  for (let time = 0; time < 2; time += 1)
    store.transaction((tx) => saveBoxCommands(tx, [first, second]));
  const due = () => store.read(listDueBoxCommands).map(({ id }) => id);
  const untold = () => store.read((tx) => listUntoldAnswers(tx, 10)).map(({ outcome }) => outcome);
  expect(due()).toEqual([first.id, second.id]);
  expect(store.read(findPullPosition).boxCommands).toBe(7);
  const finish = (outcome: string) =>
    store.transaction((tx) => finishBoxCommand(tx, { id: first.id, outcome }));
  finish("done");
  finish("expired");
  expect([due(), untold()]).toEqual([[second.id], ["done"]]);
  store.transaction((tx) => noteAnswersTold(tx, [first.id]));
  expect(untold()).toEqual([]);
  store.transaction((tx) => saveBoxCommands(tx, [first]));
  expect(due()).toEqual([second.id]);
  store.advance(10 * 60);
  expect(store.read(listDueBoxCommands)).toMatchObject([{ isExpired: true }]);
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

import {
  acknowledge,
  correctClock,
  findDeviceByMac,
  findEpoch,
  findLastSeq,
} from "@foyer/branch-store";
import { pino } from "pino";
import { expect, test } from "vitest";
import { MAC, OTHER_MAC, startTestBox, type TestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { codes } from "../protocol/dictionary.ts";
import { openBoxStore } from "./box-store.ts";
import { createPurger } from "./purge.ts";

const DAY = 24 * 60 * 60;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The cloud says that the box's time is right. */
const confirmTime = ({ store }: TestBox) =>
  store.transaction((tx) => {
    const at = tx.now.getTime();
    const machine = { bootId: "boot-1", uptimeMilliseconds: () => at, now: () => tx.now };
    const told = { at, uptimeMs: at, uncertaintyMs: 500, source: "cloud" } as const;
    correctClock(tx, { machine, told });
  });

test("once a day the running server removes what is too old, by a confirmed time, and tells of it", async () => {
  const box = await startTestBox({ purgeLookSeconds: 0.01 });
  const isKnown = () => box.store.read((tx) => findDeviceByMac(tx, OTHER_MAC)) !== null;
  box.issueTicketFor(OTHER_MAC);
  box.advance(21 * DAY);
  await sleep(200);
  expect(isKnown()).toBe(true);
  confirmTime(box);
  const isLookedAt = () => box.store.read((tx) => tx.sql("select 1 from purge").get());
  while (!isLookedAt()) await sleep(5);
  box.advance(DAY - 60);
  await sleep(100);
  expect(isKnown()).toBe(true);
  box.advance(120);
  while (box.listEvents("box.purged").length === 0) await sleep(5);
  expect(box.listEvents("box.purged")).toMatchObject([{ payload: { removed: { macs: 1 } } }]);
  expect(isKnown()).toBe(false);
});

test("who signs in while a pass goes on does not wait for it, and is kept", async () => {
  const box = await startTestBox();
  box.store.transaction((tx) => {
    for (let n = 0; n < 6_000; n += 1)
      tx.sql(
        `insert into devices (id, mac, randomised, first_seen_at, last_seen_at)
         values (?, ?, 1, ?, ?)`,
      ).run(`d-${n}`, `m-${n}`, tx.now.getTime(), tx.now.getTime());
    acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to: findLastSeq(tx) }] });
  });
  box.advance(30 * DAY);
  confirmTime(box);
  box.store.transaction((tx) => tx.sql("insert into purge (id, done_at) values (1, 0)").run());
  const opened = await openBoxStore({
    ...{ stateFolder: box.folder, clock: () => box.store.read((tx) => tx.now) },
    ...{ log: pino({ level: "silent" }), onWord: () => {} },
  });
  const pass = createPurger(opened.writer, 50).purgeDue();
  const nas = await openTestNas();
  const waits: number[] = [];
  let isOver = false;
  pass.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const { username: userName, password } = box.issueTicketFor(MAC);
    const began = performance.now();
    const reply = await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
    waits.push(performance.now() - began);
    expect(reply?.code).toBe(codes.accessAccept);
    await sleep(5);
  }
  expect(await pass).toMatchObject({ macs: 6_000 });
  await opened.writer.close();
  await opened.reader.close();
  // Between its slices, and not after the last of them; a NAS asks again after some seconds.
  expect(waits.length).toBeGreaterThan(3);
  expect(Math.max(...waits)).toBeLessThan(5000);
  expect(box.store.read((tx) => findDeviceByMac(tx, MAC))?.guestId).not.toBeNull();
}, 120_000);

import { createHmac, randomUUID } from "node:crypto";
import {
  applyKnownGuests,
  askForGuest,
  findKnownGuestByPhone,
  listOpenQuestions,
} from "@foyer/branch-store";
import type { GuestAnswers, GuestQuestion } from "@foyer/contract";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, makeBox, type TestBox, waitUntil, writeEvents } from "../test/box.ts";
import { type CloudDoubleOptions, startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const PHONE = "+84912345678";
const KEY = Buffer.alloc(32, 7);

function answers(): GuestAnswers {
  const phoneHash = createHmac("sha256", KEY).update(PHONE).digest("hex");
  const person = { customerId: randomUUID(), phoneHash, guestIds: [], name: "Lan" };
  const guests = [{ ...person, language: "vi" as const, visits: 4 }];
  return { key: KEY.toString("base64"), position: 1, guests };
}

async function connect(options: Partial<CloudDoubleOptions>, box: TestBox = makeBox()) {
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({ boxKey: BOX_KEY, ...options });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  return { box, cloud, agent };
}

const ask = ({ store }: TestBox) => store.transaction((tx) => askForGuest(tx, { phone: PHONE }));
const isKnown = ({ store }: TestBox) =>
  store.read((tx) => findKnownGuestByPhone(tx, PHONE))?.name === "Lan";

test("who is asked for is known at once, though a backlog does not get through", async () => {
  const { box, cloud, agent } = await connect({
    ...{ onQuestions: answers, onPush: () => "lose-request" },
  });
  writeEvents(box.store, 3000);
  ask(box);
  await waitUntil("the answer is here", () => isKnown(box), 3000);
  expect(agent.status().unsent).toBeGreaterThanOrEqual(3000);
  expect(cloud.questions).toEqual([[{ phone: PHONE }]]);
});

test("a number is in no URL, and is gone from the box with its answer's use", async () => {
  const { box, cloud } = await connect({ onQuestions: answers });
  ask(box);
  await waitUntil("the answer is here", () => isKnown(box));
  expect(cloud.calls.filter(({ url }) => /84912345678/.test(url))).toEqual([]);
  expect(box.store.read((tx) => listOpenQuestions(tx, 50))).toEqual([]);
});

test("with the uplink cut nothing is lost but the answer, which comes when the cloud is back", async () => {
  const box = makeBox();
  const { cloud, agent } = await connect({ onQuestions: answers }, box);
  await waitUntil("the cloud was reached", () => agent.status().push.state === "connected");
  const { port } = cloud;
  await cloud.close();
  ask(box);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(isKnown(box)).toBe(false);
  expect(box.store.read((tx) => listOpenQuestions(tx, 50))).toHaveLength(1);
  const again = await startCloudDouble({ boxKey: BOX_KEY, port, onQuestions: answers });
  cleanUps.push(again.close);
  await waitUntil("the answer is here", () => isKnown(box));
});

test("a cloud whose answers are all overtaken is asked more and more seldom", async () => {
  const box = makeBox();
  box.store.transaction((tx) =>
    applyKnownGuests(tx, {
      ...{ position: 9, complete: true, key: KEY.toString("base64"), guests: [] },
      ...{ removed: [], countedThrough: null },
    }),
  );
  const { cloud } = await connect({ onQuestions: answers }, box);
  ask(box);
  await waitUntil("the question was asked", () => cloud.questions.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(isKnown(box)).toBe(false);
  // At 0, 50, 150, 350, 750 and 1550 ms; without the growing rest some thirty times.
  expect(cloud.questions.length).toBeLessThanOrEqual(7);
});

test("a cloud of an older release, which refuses addresses, is asked for numbers all the same", async () => {
  const refuses = (questions: readonly GuestQuestion[]) =>
    questions.some((each) => "email" in each) ? { status: 400 } : answers();
  const { box, cloud } = await connect({ onQuestions: refuses });
  box.store.transaction((tx) => {
    askForGuest(tx, { email: "lan@example.com" });
    askForGuest(tx, { phone: PHONE });
  });
  await waitUntil("the answer is here", () => isKnown(box), 3000);
  expect(cloud.questions.slice(1)).toEqual([[{ phone: PHONE }]]);
  box.store.transaction((tx) => askForGuest(tx, { email: "minh@example.com" }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(cloud.questions).toHaveLength(2);
});

test("the page of a proxy whose cloud is away is no older cloud: it is asked again soon", async () => {
  let asked = 0;
  const page = { status: 404, body: "404 page not found" };
  const onQuestions = () => (++asked === 1 ? page : answers());
  const { box } = await connect({ onQuestions });
  ask(box);
  await waitUntil("the answer is here", () => isKnown(box));
  expect(asked).toBe(2);
});

test("an older cloud, which knows no such call, is left in peace, and all else goes on", async () => {
  const { box, cloud, agent } = await connect({});
  ask(box);
  writeEvents(box.store, 3);
  await waitUntil("the events are there", () => agent.status().unsent === 0);
  const asked = () => cloud.calls.filter(({ url }) => url.includes("guest-questions")).length;
  await waitUntil("the question was asked", () => asked() > 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked()).toBe(1);
  expect(isKnown(box)).toBe(false);
});

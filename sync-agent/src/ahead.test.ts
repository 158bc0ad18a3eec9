import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { appendEvent, leaveVacant } from "@foyer/branch-store";
import type { EventEnvelope, PushTerms } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { afterEach, expect, test } from "vitest";
import {
  BOX_KEY,
  countBacklog,
  makeBox,
  type TestBox,
  waitUntil,
  writeArrival,
  writeEvents,
} from "../test/box.ts";
import {
  type CloudDouble,
  type CloudDoubleOptions,
  type PushFault,
  startCloudDouble,
  TERMS,
} from "../test/cloud-double.ts";
import { type SyncAgent, startSyncAgent } from "./agent.ts";
import { growBatch } from "./schedule.ts";

// The next batch is packed, and sent, while one is under way: nobody may notice but by the time it takes.

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const BACKLOG = 5000;

function openBox(): TestBox {
  const here = makeBox();
  cleanUps.push(here.remove);
  return here;
}

async function openCloud(options: Partial<CloudDoubleOptions>): Promise<CloudDouble> {
  const there = await startCloudDouble({ boxKey: BOX_KEY, terms: TERMS, ...options });
  cleanUps.push(there.close);
  return there;
}

async function startAgent(here: TestBox, there: CloudDouble): Promise<SyncAgent> {
  const agent = await startSyncAgent({
    ...{ store: here.store, identity: { ...here.identity, cloudUrl: there.origin } },
    ...{ boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  return agent;
}

/** Writes a backlog, and starts the agent until it has left. */
async function sendAll(here: TestBox, there: CloudDouble, events = BACKLOG): Promise<void> {
  writeEvents(here.store, events);
  await startAgent(here, there);
  await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
}

type OnPush = (push: number, events: readonly EventEnvelope[], box: TestBox) => PushFault;

/** Sends a backlog; `onPush` counts pushes from 1, and is asked once the next batch is packed. */
async function send(onPush: OnPush): Promise<{ there: CloudDouble; here: TestBox }> {
  const here = openBox();
  let pushes = 0;
  const there = await openCloud({
    onPush: (_count, events) => {
      pushes += 1;
      return onPush(pushes, events, here);
    },
  });
  await sendAll(here, there);
  return { there, here };
}

const countTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const seqsOf = (double: CloudDouble) => double.stored.map(({ seq }) => seq);

test("a backlog arrives in the order of its seq, each event sent once", async () => {
  const { there } = await send(() => "process");
  expect(seqsOf(there)).toEqual(countTo(BACKLOG + 1));
  expect(new Set(there.deliveries.values())).toEqual(new Set([1]));
});

test.each<[string, PushFault]>([
  ["is answered by a 500", { status: 500 }],
  ["is too large", { status: 413 }],
  ["is lost", "lose-request"],
  ["is stored and its answer lost", "lose-answer"],
])("where a batch %s, none behind it is taken before it has arrived", async (_name, fault) => {
  const { there } = await send((push) => (push % 3 === 2 && push < 9 ? fault : "process"));
  expect(seqsOf(there)).toEqual(countTo(BACKLOG + 1));
});

/** Sends a backlog to a cloud of these terms whose answers wait a while; the most pushes that waited at once. */
async function countUnderWay(terms: PushTerms): Promise<{ most: number; there: CloudDouble }> {
  let [waiting, most] = [0, 0];
  const here = openBox();
  const there = await openCloud({
    terms,
    beforeAnswer: async () => {
      waiting += 1;
      most = Math.max(most, waiting);
      await pause(100);
      waiting -= 1;
    },
  });
  await sendAll(here, there);
  expect(seqsOf(there)).toEqual(countTo(BACKLOG + 1));
  return { most, there };
}

test("a cloud that takes two pushes at a time has two, and each says which one it follows", async () => {
  const { most, there } = await countUnderWay(TERMS);
  expect(most).toBe(2);
  const behind = there.batches.filter(({ follows }) => follows !== undefined);
  expect(behind.length).toBeGreaterThan(0);
  for (const batch of behind)
    expect(batch.follows).toBe(there.batches[there.batches.indexOf(batch) - 1]?.pushId);
});

test("a cloud that does not say that it takes two has one at a time, which follows none", async () => {
  const { underWay: _two, ...terms } = TERMS;
  const { most, there } = await countUnderWay(terms);
  expect(most).toBe(1);
  expect(there.batches.filter(({ pushId, follows }) => pushId ?? follows)).toEqual([]);
});

test("whatever is lost, and whoever writes meanwhile, all arrive in the order of their seq, each once", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`seed ${seed}`);
  const random = seededRandom(seed);
  const here = openBox();
  let written = BACKLOG + 1;
  const there = await openCloud({
    terms: { ...TERMS, eventsMax: 200 },
    onPush: (): PushFault => {
      if (random() < 0.2) {
        writeEvents(here.store, 1);
        written += 1;
      }
      const draw = random();
      if (draw < 0.1) return "lose-answer";
      if (draw < 0.2) return "lose-request";
      return draw < 0.25 ? { status: 500 } : "process";
    },
    beforeAnswer: () => pause(20 * random()),
  });
  await sendAll(here, there);
  // By the cloud's own terms order is kept for each guest: these events name none, and later ones may overtake.
  const backlog = seqsOf(there).filter((seq) => seq <= BACKLOG);
  expect(backlog).toEqual(countTo(BACKLOG));
  expect(seqsOf(there).toSorted((a, b) => a - b)).toEqual(countTo(written));
  expect(there.batches.some(({ follows }) => follows !== undefined)).toBe(true);
  expect(Math.max(...there.deliveries.values())).toBeGreaterThan(1);
});

test("after a slow answer none leaves beside another that it does not follow", async () => {
  const here = openBox();
  let [answers, waiting, unguarded] = [0, 0, 0];
  const there = await openCloud({
    beforeAnswer: async () => {
      answers += 1;
      if (waiting > 0 && !there.batches.at(-1)?.follows) unguarded += 1;
      waiting += 1;
      await pause(answers === 3 ? 2_500 : 100);
      waiting -= 1;
    },
  });
  await sendAll(here, there, 2 * BACKLOG);
  expect(unguarded).toBe(0);
  expect(seqsOf(there)).toEqual(countTo(2 * BACKLOG + 1));
});

test("seqs that nothing stands under are told again where the push that told them was out of turn", async () => {
  const here = openBox();
  let pushes = 0;
  let refused = 0;
  const there = await openCloud({
    onPush: (_count, [first]) => {
      pushes += 1;
      if (pushes === 2)
        here.store.transaction((tx) => {
          tx.sql("delete from outbox where seq = ?").run(BACKLOG);
          leaveVacant(tx, [{ from: BACKLOG, to: BACKLOG }]);
        });
      if (refused > 0 || !there.batches.at(-1)?.outbox?.vacant) return "process";
      refused = pushes;
      const reply = { epoch: first?.epoch, acknowledged: [], setAside: [], outOfTurn: true };
      return { status: 200, body: JSON.stringify({ ...reply, terms: TERMS }) };
    },
  });
  await sendAll(here, there);
  expect(refused).toBeGreaterThan(2);
  const again = there.batches.slice(refused).filter(({ follows }) => follows === undefined);
  expect(again.flatMap(({ outbox }) => outbox?.vacant ?? [])).toContainEqual({
    from: BACKLOG,
    to: BACKLOG,
  });
});

test("an agent that is closed with two pushes under way keeps nobody waiting", async () => {
  const here = openBox();
  const [answers, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let waiting = 0;
  const there = await openCloud({
    beforeAnswer: async () => {
      waiting += 1;
      if (waiting === 3) two.resolve();
      if (waiting > 1) await answers.promise;
    },
  });
  writeEvents(here.store, BACKLOG);
  const agent = await startAgent(here, there);
  await Promise.race([two.promise, pause(20_000)]);
  expect(waiting).toBe(3);
  await agent.close();
  answers.resolve();
  expect(countBacklog(here.store)).toBeGreaterThan(0);
});

test("what came before the push it follows was not taken, and comes again behind it", async () => {
  let refused = 0;
  const { there } = await send((push, events) => {
    const [first] = events;
    if (push !== 4 || !first) return "process";
    refused = first.seq;
    const reply = { epoch: first.epoch, acknowledged: [], setAside: [], outOfTurn: true };
    return { status: 200, body: JSON.stringify({ ...reply, terms: TERMS }) };
  });
  expect(refused).toBeGreaterThan(0);
  expect(seqsOf(there)).toEqual(countTo(BACKLOG + 1));
  // One may have left behind it; from then on they go one at a time.
  expect(there.batches.slice(5).filter(({ follows }) => follows !== undefined)).toEqual([]);
});

test("where a batch is held in part, what is left of it goes before all behind it", async () => {
  const sent: number[] = [];
  const { there } = await send((push, events, { store }) => {
    sent.push(...events.map(({ seq }) => seq));
    if (push !== 3) return "process";
    const [first, second] = events as [EventEnvelope, EventEnvelope];
    const { epoch } = first;
    const acknowledged = [{ from: first.seq, to: second.seq, position: 1 }];
    expect(countBacklog(store)).toBeGreaterThan(events.length);
    const body = JSON.stringify({ epoch, acknowledged, setAside: [], terms: TERMS });
    return { status: 200, body };
  });
  // The two that were held by their word alone are not here; the order of all others stands.
  expect(seqsOf(there)).toEqual(seqsOf(there).toSorted((a, b) => a - b));
  expect(there.stored).toHaveLength(BACKLOG + 1 - 2);
});

test("what the box has changed meanwhile leaves as it is now, not as it was packed", async () => {
  const { there } = await send((push, _events, { store }) => {
    if (push === 3)
      store.transaction((tx) => {
        tx.sql(
          `update outbox set payload = json_set(payload, '$.release', '0.2.0') where seq > ?`,
        ).run(BACKLOG - 100);
      });
    return "process";
  });
  const releases = there.stored
    .filter(({ seq }) => seq > BACKLOG - 100 && seq <= BACKLOG)
    .map(({ payload }) => payload.release);
  expect(new Set(releases)).toEqual(new Set(["0.2.0"]));
  expect(seqsOf(there)).toEqual(countTo(BACKLOG + 1));
});

test("what was thinned meanwhile is not sent", async () => {
  let reached = 0;
  const { there } = await send((push, events, { store }) => {
    if (push === 3) {
      // The batch behind this one, at most so large, may have left by now.
      reached = (events.at(-1)?.seq ?? 0) + growBatch(events.length, BACKLOG);
      store.transaction((tx) => {
        tx.sql("delete from outbox where seq = ?").run(reached + 1);
      });
    }
    return "process";
  });
  expect(seqsOf(there)).toEqual(countTo(BACKLOG + 1).filter((seq) => seq !== reached + 1));
});

test("a batch that is given up while it is on its way, all of it, is no failure", async () => {
  const here = openBox();
  let [pushes, failures] = [0, 0];
  let agent: SyncAgent | null = null;
  const there = await openCloud({
    onPush: (_count, events) => {
      pushes += 1;
      failures = Math.max(failures, agent?.status().push.failures ?? 0);
      const [from, to] = [events[0]?.seq ?? 0, events.at(-1)?.seq ?? 0];
      if (pushes === 3)
        here.store.transaction((tx) => {
          tx.sql("delete from outbox where seq between ? and ?").run(from, to);
          leaveVacant(tx, [{ from, to }]);
        });
      return "process";
    },
  });
  writeEvents(here.store, 2 * BACKLOG);
  agent = await startAgent(here, there);
  await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
  expect(pushes).toBeGreaterThan(5);
  expect(failures).toBe(0);
});

test("a code that is asked for while batches are under way goes with the next that leaves", async () => {
  let waited = 0;
  let goesWith = 0;
  await send((push, events, { store }) => {
    if (push === 3) {
      const contact = { kind: "phone", value: "+84900000001" } as const;
      const ids = { codeId: randomUUID(), nasId: randomUUID(), contact };
      waited = store.transaction((tx) =>
        appendEvent(tx, "code.requested", {
          ...{ ...ids, language: "vi", channel: "http-gateway", sending: 1 },
        }),
      );
    }
    if (waited > 0 && events.some(({ seq }) => seq === waited)) goesWith = push;
    return "process";
  });
  // The fourth may have left before the third had come.
  expect([4, 5]).toContain(goesWith);
});

/** Written by the database itself: of a guest each, and so many that no single look reads them all. */
function writeMany({ store }: TestBox, count: number): void {
  store.transaction((tx) =>
    tx
      .sql(
        `insert into outbox (id, type, version, occurred_at, payload)
         with recursive numbers (number) as
           (select 1 union all select number + 1 from numbers where number < ?)
         select printf('00000000-0000-7000-8000-%012x', number), 'guest.seen', 9, 0,
           printf('{"guestId":"00000000-0000-7000-8000-%012x"}', number) from numbers`,
      )
      .run(count),
  );
}

test("what is live overtakes as soon as the cloud has answered, however much waits", async () => {
  const here = openBox();
  writeMany(here, 120_000);
  const guestId = randomUUID();
  let pushes = 0;
  let cameWith = 0;
  const there = await openCloud({
    onPush: (_count, events) => {
      pushes += 1;
      if (pushes === 1) writeArrival(here.store, guestId);
      if (events.some(({ payload }) => payload.guestId === guestId)) cameWith = pushes;
      return "process";
    },
  });
  await startAgent(here, there);
  await waitUntil("the arrival is there", () => cameWith > 0);
  // The second may have been packed when the arrival was written.
  expect(cameWith).toBeLessThanOrEqual(3);
});

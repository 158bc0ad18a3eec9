import { randomUUID } from "node:crypto";
import { appendEvent, findEpoch } from "@foyer/branch-store";
import { BATCH_BYTES_MAX, BATCH_EVENTS_UNTOLD } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { afterEach, describe, expect, test } from "vitest";
import {
  BOX_KEY,
  countBacklog,
  makeBox,
  type TestBox,
  waitUntil,
  writeEvents,
} from "../test/box.ts";
import {
  type CloudDouble,
  type CloudDoubleOptions,
  type PushFault,
  startCloudDouble,
} from "../test/cloud-double.ts";
import { type SyncAgent, startSyncAgent } from "./agent.ts";
import { makeBoxKey } from "./box-key.ts";
import { clipToSent } from "./clip-to-sent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function box(): TestBox {
  const made = makeBox();
  cleanUps.push(made.remove);
  return made;
}

async function cloud(options: Partial<CloudDoubleOptions> = {}): Promise<CloudDouble> {
  const double = await startCloudDouble({ boxKey: BOX_KEY, ...options });
  cleanUps.push(double.close);
  return double;
}

async function agent(
  { store, identity }: TestBox,
  options: { origin: string; boxKey?: string; random?: () => number },
): Promise<SyncAgent> {
  const started = await startSyncAgent({
    store,
    identity: { ...identity, cloudUrl: options.origin },
    boxKey: options.boxKey ?? BOX_KEY,
    logLevel: "silent",
    // A hundredth of each ceiling: the tests wait for milliseconds where a box waits for seconds.
    random: options.random ?? (() => 0.01),
  });
  cleanUps.push(started.close);
  return started;
}

/** Gives the seq of the event that tells the cloud of it. */
function requestCode({ store }: TestBox): number {
  const contact = { kind: "phone", value: "+84900000001" } as const;
  const ids = { codeId: randomUUID(), nasId: randomUUID(), contact };
  return store.transaction((tx) =>
    appendEvent(tx, "code.requested", {
      ...{ ...ids, language: "vi", channel: "http-gateway", sending: 1 },
    }),
  );
}

const seqsOf = (double: CloudDouble) => double.stored.map(({ seq }) => seq);
const countTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Answers the first pushes with these faults, one each, and the rest as the contract says. */
function faults(list: PushFault[]): () => PushFault {
  return () => list.shift() ?? "process";
}

describe("what is pushed", () => {
  test("every event arrives in the order of its seq, in batches within the contract's bounds", async () => {
    const [here, there] = [box(), await cloud()];
    writeEvents(here.store, 1234);
    await agent(here, { origin: there.origin });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    // One more than was written: the agent's own box.started.
    expect(seqsOf(there)).toEqual(countTo(1235));
    expect(there.stored.at(-1)).toMatchObject({
      type: "box.started",
      payload: { release: "0.1.0" },
    });
    expect(Math.max(...there.batches.map(({ count }) => count))).toBe(BATCH_EVENTS_UNTOLD);
  });

  test("a code that somebody waits for overtakes a long backlog, and all else keeps its order", async () => {
    const [here, there] = [box(), await cloud()];
    writeEvents(here.store, 1234);
    const waited = requestCode(here);
    writeEvents(here.store, 100);
    await agent(here, { origin: there.origin });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    const seqs = seqsOf(there);
    expect(seqs.indexOf(waited)).toBe(BATCH_EVENTS_UNTOLD - 1);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(countTo(1336));
    const others = seqs.filter((seq) => seq !== waited);
    expect(others).toEqual(others.toSorted((a, b) => a - b));
    expect([...there.deliveries.values()].every((count) => count === 1)).toBe(true);
  });

  test("a code that is refused alone waits for its turn, and dams no backlog", async () => {
    const here = box();
    writeEvents(here.store, 20);
    const waited = requestCode(here);
    const there = await cloud({
      onPush: (_count, events) =>
        events.some(({ seq }) => seq === waited) ? { status: 400 } : "process",
    });
    await agent(here, { origin: there.origin });
    await waitUntil("all but one is sent", () => countBacklog(here.store) === 1);
    expect(seqsOf(there)).not.toContain(waited);
  });

  test("a batch of large events stays under the contract's bytes", async () => {
    const [here, there] = [box(), await cloud()];
    const release = "x".repeat(200_000);
    here.store.transaction((tx) => {
      for (let index = 0; index < 60; index += 1)
        tx.sql(
          "insert into outbox (id, type, version, occurred_at, payload) values (?, 'box.grown', 9, 0, ?)",
        ).run(tx.newId(), JSON.stringify({ release }));
    });
    await agent(here, { origin: there.origin });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    expect(seqsOf(there)).toEqual(countTo(61));
    expect(Math.max(...there.batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(
      BATCH_BYTES_MAX,
    );
  });

  test("a new row wakes an idle agent long before it looks by itself", async () => {
    const [here, there] = [box(), await cloud()];
    await agent(here, { origin: there.origin });
    await waitUntil("box.started has gone", () => countBacklog(here.store) === 0);
    const delays = [];
    for (let round = 0; round < 5; round += 1) {
      const before = there.stored.length;
      const began = performance.now();
      writeEvents(here.store, 1);
      await waitUntil("the event is there", () => there.stored.length > before);
      delays.push(performance.now() - began);
    }
    // That is every half minute.
    expect(Math.max(...delays)).toBeLessThan(15_000);
  });

  test("the key stays on the box: no call holds it", async () => {
    const [here, there] = [box(), await cloud()];
    await agent(here, { origin: there.origin });
    await waitUntil(
      "both directions called",
      () => there.pulls.length > 0 && there.stored.length > 0,
    );
    const [, secret] = BOX_KEY.split("\n");
    for (const call of there.calls) expect(JSON.stringify(call)).not.toContain(secret);
  });
});

describe("what goes wrong on the way", () => {
  test("1,000 events with answers and requests lost at random are all stored, each once", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.info(`seed ${seed}`);
    const random = seededRandom(seed);
    let pushes = 0;
    let faultsInRow = 0;
    const chooseFault = (draw: number): PushFault => {
      // A seed that loses nothing would prove nothing.
      if (draw < 0.3 || pushes <= 2) return "lose-answer";
      return draw < 0.5 ? "lose-request" : "process";
    };
    const onPush = (): PushFault => {
      pushes += 1;
      // A seed that loses everything would only wait: the back-off has tests of its own.
      const fault = faultsInRow < 5 ? chooseFault(random()) : "process";
      faultsInRow = fault === "process" ? 0 : faultsInRow + 1;
      return fault;
    };
    const [here, there] = [box(), await cloud({ onPush })];
    // Jitter near its low end, so that unlucky seeds end in time too.
    const jitter = () => random() / 10;
    const running = await agent(here, { origin: there.origin, random: jitter });
    for (let written = 0; written < 999; written += 37) {
      writeEvents(here.store, Math.min(37, 999 - written));
      await new Promise((resolve) => setTimeout(resolve, 20 * random()));
    }
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0, 60_000);
    expect(seqsOf(there)).toEqual(countTo(1000));
    expect(new Set(there.stored.map(({ id }) => id)).size).toBe(1000);
    expect(Math.max(...there.deliveries.values()), "answers were really lost").toBeGreaterThan(1);
    expect(running.status()).toMatchObject({
      unsent: 0,
      push: { state: "connected", failures: 0 },
    });
  });

  test("events written while the uplink is cut arrive once it is back", async () => {
    const here = box();
    const first = await startCloudDouble({ boxKey: BOX_KEY });
    const running = await agent(here, { origin: first.origin });
    await waitUntil("box.started has gone", () => countBacklog(here.store) === 0);
    await first.close();
    writeEvents(here.store, 10);
    await waitUntil("the cut is noticed", () => running.status().push.state === "unreachable");
    expect(running.status().unsent).toBe(10);
    const second = await cloud({ port: first.port, stored: first.stored });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    expect(seqsOf(second)).toEqual(countTo(11));
  });

  test.each<[string, PushFault]>([
    ["a 500", { status: 500, body: "{}" }],
    ["a captive portal's page", { status: 200, body: "<html>Please sign in</html>" }],
    ["a captive portal's redirect", { status: 302, headers: { location: "http://127.0.0.1:9/" } }],
    ["an answer cut in the middle", { status: 200, body: '{"epoch":"' }],
    ["JSON that is no push reply", { status: 200, body: "{}" }],
    ["an empty answer", { status: 204 }],
    [
      "a reply for another epoch",
      {
        status: 200,
        body: JSON.stringify({
          epoch: "00000000-0000-7000-8000-000000000000",
          acknowledged: [{ from: 1, to: 9 }],
          setAside: [],
        }),
      },
    ],
  ])("%s forgets nothing, and the events are sent again", async (_name, fault) => {
    const [here, there] = [box(), await cloud({ onPush: faults([fault, fault, fault]) })];
    writeEvents(here.store, 3);
    await agent(here, { origin: there.origin });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    expect(seqsOf(there)).toEqual(countTo(4));
    expect(there.batches.length).toBe(4);
  });

  test("an answer that acknowledges nothing is a failure, so that the batch is not sent in a tight loop", async () => {
    const here = box();
    const epoch = here.store.read(findEpoch);
    const body = JSON.stringify({ epoch, acknowledged: [], setAside: [] });
    const there = await cloud({ onPush: () => ({ status: 200, body }) });
    const running = await agent(here, { origin: there.origin, random: () => 0.9 });
    await waitUntil("a failure is noted", () => running.status().push.failures > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(there.batches.length).toBe(1);
    expect(running.status()).toMatchObject({ unsent: 1, push: { state: "unreachable" } });
  });

  test.each([
    ["for a second", { "retry-after": "1" }],
    [
      "until a date, by its own clock",
      { "retry-after": "Sun, 06 Nov 1994 08:49:38 GMT", date: "Sun, 06 Nov 1994 08:49:37 GMT" },
    ],
  ])("a cloud that asks for patience %s is given it", async (_name, headers) => {
    const busy: PushFault = { status: 429, headers };
    const [here, there] = [box(), await cloud({ onPush: faults([busy]) })];
    const began = performance.now();
    const running = await agent(here, { origin: there.origin });
    await waitUntil("the 429 is noted", () => running.status().push.state === "busy");
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
  });
});

describe("what the cloud will not take", () => {
  test("a batch that is too large is halved until it goes through, and no event is lost", async () => {
    const onPush = (count: number): PushFault => (count > 60 ? { status: 413 } : "process");
    const [here, there] = [box(), await cloud({ onPush })];
    writeEvents(here.store, 400);
    await agent(here, { origin: there.origin });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    expect(seqsOf(there)).toEqual(countTo(401));
  });

  test("an event that is refused even alone stays on the box and dams nothing", async () => {
    const here = box();
    const there = await cloud({ onPush: (count) => (count > 1 ? { status: 413 } : next()) });
    const next = faults(["process", "process", { status: 413 }]);
    writeEvents(here.store, 5);
    const running = await agent(here, { origin: there.origin });
    await waitUntil("all others have gone", () => countBacklog(here.store) === 1);
    expect(seqsOf(there)).toEqual([1, 2, 4, 5, 6]);
    expect(running.status().push.heldBack).toBe(1);
  });

  test("an event set aside is counted, and forgotten, since the cloud holds it", async () => {
    const [here, there] = [box(), await cloud()];
    here.store.transaction((tx) =>
      tx
        .sql(
          "insert into outbox (id, type, version, occurred_at, payload) values (?, 'box.started', 1, 0, '{}')",
        )
        .run(tx.newId()),
    );
    const running = await agent(here, { origin: there.origin });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    expect(running.status().push.setAside).toBe(1);
    expect(there.stored.map(({ seq }) => seq)).toEqual([2]);
  });

  test("a refused key is said plainly, keeps everything, and works again once it is accepted", async () => {
    const here = box();
    const refusing = await startCloudDouble({ boxKey: makeBoxKey() });
    const running = await agent(here, { origin: refusing.origin });
    await waitUntil("it is noted", () => running.status().push.state === "unauthorized");
    expect(running.status().push.reason).toBe("the cloud refuses this box's key");
    expect(running.status().unsent).toBe(1);
    await refusing.close();
    await cloud({ port: refusing.port });
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
  });

  test("an acknowledgement of events that were not in the batch forgets none of them", () => {
    expect(clipToSent([{ from: 1, to: 1_000_000 }], [4, 5, 6, 9])).toEqual([
      { from: 4, to: 6 },
      { from: 9, to: 9 },
    ]);
    expect(clipToSent([{ from: 1, to: 3 }], [4, 5])).toEqual([]);
  });
});

test("an event written while a batch is on its way is not lost by that batch's answer", async () => {
  const here = box();
  const there = await cloud({
    onPush: () => {
      if (there.stored.length === 0) writeEvents(here.store, 1);
      return "process";
    },
  });
  await agent(here, { origin: there.origin });
  await waitUntil("both have arrived", () => there.stored.length === 2);
  await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
});

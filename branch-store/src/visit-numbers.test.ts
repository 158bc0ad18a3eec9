import { seededRandom } from "@foyer/contract/test/seeded-random";
import { expect, test } from "vitest";
import { GAP, NAS, openTestStore, report, signIn, type TestStore } from "../test/store.ts";
import {
  acknowledge,
  applyKnownGuests,
  beginEpoch,
  endSession,
  findEpoch,
  findVisitNumber,
  startSession,
} from "./index.ts";

const ROUNDS = 10;
const STEPS = 60;

/** What the cloud holds: its log by position, of which it has counted up to one. */
type Log = { visits: { seq: number; position: number }[]; position: number };

const tell = (store: TestStore, guestId: string, { visits, position }: Log) =>
  store.transaction((tx) =>
    applyKnownGuests(tx, {
      ...{ position, complete: true, key: Buffer.alloc(32).toString("base64"), removed: [] },
      guests: [
        {
          ...{ customerId: NAS, phoneHash: "0".repeat(64), guestIds: [guestId] },
          ...{ name: null, language: null, visits: visits.length },
        },
      ],
      // What overtook makes this seq say too much.
      countedThrough: {
        epoch: findEpoch(tx),
        seq: Math.max(0, ...visits.map(({ seq }) => seq)),
      },
    }),
  );

function visit(store: TestStore, id: string): void {
  store.advance(GAP + 1);
  store.transaction((tx) => startSession(tx, report(store, id)));
  store.transaction((tx) => endSession(tx, { ...report(store, id), cause: "User-Request" }));
}

test("the number shown is right whatever overtakes, is told late or restored", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = openTestStore();
    const { guest } = signIn(store);
    const log: Log = { visits: [], position: 0 };
    let visits = 0;
    const steps = [
      () => {
        visits += 1;
        visit(store, `s-${round}-${visits}`);
      },
      () => {
        // Any of what waits, and not the oldest first.
        const waiting = store.listEvents();
        const from = Math.floor(random() * waiting.length);
        for (const { seq, type } of waiting.slice(from, from + 3)) {
          log.position += 1;
          if (type === "visit.started") log.visits.push({ seq, position: log.position });
          const ranges = [{ from: seq, to: seq, position: log.position }];
          store.transaction((tx) => acknowledge(tx, { epoch: findEpoch(tx), ranges }));
        }
      },
      () => {
        // The cloud has counted up to somewhere in its log.
        const position = Math.floor(log.position * (0.5 + random() / 2));
        const counted = log.visits.filter((each) => each.position <= position);
        tell(store, guest.id, { visits: counted, position });
      },
      () => {
        if (random() < 0.1) store.transaction((tx) => beginEpoch(tx, findEpoch(tx)));
      },
    ];
    for (let step = 0; step < STEPS; step += 1) {
      steps[Math.floor(random() * steps.length)]?.();
      const shown = store.read((tx) => findVisitNumber(tx, guest.id));
      expect(shown, `round ${round}, step ${step}`).toBe(Math.max(1, visits));
    }
  }
});

import type { EventEnvelope } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import { listRows, sql } from "../../platform/db.ts";
import { storePush } from "../ingest/index.ts";

const ROUNDS = 5;
const PHONES = ["+84911111111", "+84922222222", "+84933333333"];
const VISITS_EACH = 4;
const MINUTE = 60_000;

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

type ToldVisit = { id: string; branchId: string; phone: string; startedAt: number };
type Story = { events: { box: TestBox; event: EventEnvelope }[]; visits: ToldVisit[] };

/** Three people at two branches; each signs in at both, and one of their visits precedes it. */
function tell(boxes: readonly TestBox[], random: () => number): Story {
  const story: Story = { events: [], visits: [] };
  const began = Date.now() - 30 * 24 * 60 * MINUTE;
  for (const box of boxes)
    for (const phone of PHONES) {
      const signedInAt = new Date(began + 60 * MINUTE * Math.floor(100 + random() * 100));
      const guest = box.signIn({ phone, at: signedInAt });
      story.events.push(...guest.events.map((event) => ({ box, event })));
      for (let count = 0; count < VISITS_EACH; count += 1) {
        const startedAt = new Date(began + 60 * MINUTE * Math.floor(random() * 600));
        const endedAt = random() < 0.2 ? null : new Date(startedAt.getTime() + 20 * MINUTE);
        const visit = box.visit({ ...guest, startedAt, endedAt });
        story.events.push(...visit.events.map((event) => ({ box, event })));
        const { branchId } = box;
        story.visits.push({ id: visit.visitId, branchId, phone, startedAt: startedAt.getTime() });
      }
    }
  return story;
}

/** What a reader of the whole story would write down. */
function number(visits: readonly ToldVisit[]) {
  const sorted = visits.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  return sorted.map((visit, place) => {
    const before = sorted.slice(0, place + 1).filter(({ phone }) => phone === visit.phone);
    const here = before.filter(({ branchId }) => branchId === visit.branchId);
    return { id: visit.id, phone: visit.phone, number: before.length, numberAtBranch: here.length };
  });
}

/** Pushes events in any order, some twice, in batches of which some are on their way at once. */
async function deliver(tenantId: string, story: Story, random: () => number): Promise<void> {
  const twice = story.events.filter(() => random() < 0.3);
  const queue = shuffle([...story.events, ...twice], random);
  while (queue.length > 0) {
    const batches = [1, 2, 3].map(() => queue.splice(0, 1 + Math.floor(random() * 12)));
    const pushes = batches.flatMap((batch) =>
      [...Map.groupBy(batch, ({ box }) => box)].map(([box, those]) =>
        storePush(cloud.database, box, {
          epoch: box.epoch,
          events: those.map(({ event }) => event),
        }),
      ),
    );
    await Promise.all(random() < 0.4 ? [...pushes, cloud.follow(tenantId)] : pushes);
  }
  while ((await cloud.follow(tenantId)).kind === "waiting") await new Promise(setImmediate);
}

test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
  "whatever the order, repeats and haste, visits are numbered as the whole story has them (round %i)",
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.info(`seed ${seed}`);
    const random = seededRandom(seed);
    const tenantId = await cloud.addTenant();
    const boxes = [makeTestBox({ tenantId }), makeTestBox({ tenantId })];
    const story = tell(boxes, random);
    await deliver(tenantId, story, random);
    const told = await cloud.database.inTenant(tenantId, (tx) =>
      listRows(
        tx,
        sql`select visits.id, customers.phone, visits.number,
              visits.number_at_branch as "numberAtBranch"
            from visits join customers on customers.tenant_id = visits.tenant_id
              and customers.id = visits.customer_id
            where visits.tenant_id = ${tenantId} order by visits.started_at, visits.id`,
      ),
    );
    expect(told).toEqual(number(story.visits));
    const people = await cloud.database.inTenant(tenantId, (tx) =>
      listRows(
        tx,
        sql`select phone, visits from customers where tenant_id = ${tenantId} order by phone`,
      ),
    );
    const visits = boxes.length * VISITS_EACH;
    expect(people).toEqual(PHONES.map((phone) => ({ phone, visits })));
  },
);

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

import type { EventEnvelope } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, NAS_ID, type TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { listRows, sql } from "../../platform/db.ts";
import { storePush } from "../ingest/index.ts";

const MINUTE = 60_000;
const NOON = Date.parse("2026-03-10T05:00:00.000Z");
const at = (minutes: number) => new Date(NOON + minutes * MINUTE);
const iso = (minutes: number) => at(minutes).toISOString();

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

/** Every order of a few things. */
function permute<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((thing, place) =>
    permute(things.toSpliced(place, 1)).map((rest) => [thing, ...rest]),
  );
}

type Story = { box: TestBox; events: EventEnvelope[] };

/** Tells a story's events one by one, so that the log has them in that order, and gives what is kept. */
async function tell(story: (tenantId: string) => Story, order: readonly number[]) {
  const tenantId = await cloud.addTenant();
  const { box, events } = story(tenantId);
  for (const place of order) {
    const event = events[place];
    if (!event) throw new Error("there is no such event");
    await storePush(cloud.database, box, { epoch: event.epoch, events: [event] });
  }
  await cloud.follow(tenantId);
  return await cloud.database.inTenant(tenantId, async (tx) => ({
    visits: await listRows(
      tx,
      sql`select started_at as "startedAt", ended_at as "endedAt", number,
            connected_seconds as seconds, upload_bytes as upload, download_bytes as download
          from visits where tenant_id = ${tenantId} order by started_at`,
    ),
    sessions: await listRows(
      tx,
      sql`select started_at as "startedAt", ended_at as "endedAt", cause, policy_id as "policyId",
            connected_seconds as seconds, upload_bytes as upload, download_bytes as download
          from sessions where tenant_id = ${tenantId}`,
    ),
  }));
}

const places = (count: number) => Array.from({ length: count }, (_, place) => place);

/** Companies whose logs are followed beside each other: one after the other they wait too long. */
const AT_ONCE = 20;

/** What is kept of a story that is told in each order of its events, by a company of its own. */
async function tellInEveryOrder(story: (tenantId: string) => Story, events: number) {
  const waiting = permute(places(events));
  const told: { order: number[]; kept: Awaited<ReturnType<typeof tell>> }[] = [];
  const lane = async () => {
    for (let order = waiting.pop(); order; order = waiting.pop())
      told.push({ order, kept: await tell(story, order) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return told;
}

test("a count that corrects a guess to less is what a visit and its session have used, in every order", async () => {
  const policyId = newId();
  const story = (tenantId: string): Story => {
    const box = makeTestBox({ tenantId });
    const ids = { visitId: newId(), deviceId: newId(), guestId: null };
    const session = { sessionId: newId(), visitId: ids.visitId };
    const span = { startedAt: iso(0), endedAt: iso(60) };
    const guess = { connectedSeconds: 3600, uploadBytes: 10, downloadBytes: 20 };
    const count = { connectedSeconds: 1500, uploadBytes: 1000, downloadBytes: 2000 };
    const superseded = { ...session, ...span, cause: "Superseded", policyId: null, ...guess };
    return {
      box,
      events: [
        box.write("visit.started", { ...ids, source: "wifi", startedAt: iso(0) }, at(0)),
        box.write("session.started", { ...ids, ...session, nasId: NAS_ID }, at(0)),
        box.write("session.ended", superseded, at(61)),
        box.write("visit.ended", { ...ids, ...span, sessions: 1, ...guess }, at(70)),
        // Its clock was put back in between: it numbers its words all the same.
        box.write("session.updated", { ...session, policyId, ...count }, at(50)),
      ],
    };
  };
  const used = { seconds: 1500, upload: 1000, download: 2000 };
  const span = { startedAt: at(0), endedAt: at(60) };
  for (const { order, kept } of await tellInEveryOrder(story, 5))
    expect(kept, `order ${order}`).toEqual({
      visits: [{ ...span, number: null, ...used }],
      sessions: [{ ...span, cause: "Superseded", policyId, ...used }],
    });
}, 300_000);

test("a visit's end and what its sessions told before it are the same sum, told in whatever order", async () => {
  const story = (tenantId: string): Story => {
    const box = makeTestBox({ tenantId });
    const ids = { visitId: newId(), deviceId: newId(), guestId: null };
    const used = (connectedSeconds: number) => ({
      ...{ connectedSeconds, uploadBytes: connectedSeconds, downloadBytes: connectedSeconds },
    });
    const end = (sessionId: string, [from, to]: [number, number], seconds: number) => {
      const span = { startedAt: iso(from), endedAt: iso(to) };
      const told = { sessionId, visitId: ids.visitId, ...span, cause: "User-Request" };
      return box.write("session.ended", { ...told, ...used(seconds) }, at(to));
    };
    const events = [end(newId(), [0, 10], 600), end(newId(), [12, 20], 400)];
    const span = { startedAt: iso(0), endedAt: iso(20) };
    const left = { ...ids, ...span, sessions: 2, ...used(1000) };
    return { box, events: [...events, box.write("visit.ended", left, at(40))] };
  };
  for (const { order, kept } of await tellInEveryOrder(story, 3))
    expect(kept.visits, `order ${order}`).toMatchObject([
      { seconds: 1000, upload: 1000, download: 1000 },
    ]);
}, 120_000);

test("a start that was told late and is earlier moves the visit and numbers anew, in every order", async () => {
  const story = (tenantId: string): Story => {
    const box = makeTestBox({ tenantId });
    const guest = box.signIn({ phone: "+84912345678", at: at(-600) });
    const ids = { guestId: guest.guestId, deviceId: guest.deviceId };
    const visit = (visitId: string, started: number) =>
      box.write("visit.started", { ...ids, visitId, source: "wifi", startedAt: iso(started) });
    const moved = newId();
    const use = { sessions: 1, connectedSeconds: 60, uploadBytes: 1, downloadBytes: 1 };
    const left = { ...ids, visitId: moved, startedAt: iso(-120), endedAt: iso(90), ...use };
    const [seen, ...rest] = guest.events;
    if (!seen) throw new Error("nobody signed in");
    return {
      box,
      events: [
        ...rest.slice(-1),
        visit(newId(), 0),
        visit(moved, 30),
        box.write("visit.ended", left, at(100)),
      ],
    };
  };
  for (const { order, kept } of await tellInEveryOrder(story, 4))
    expect(kept.visits, `order ${order}`).toMatchObject([
      { startedAt: at(-120), endedAt: at(90), number: 1 },
      { startedAt: at(0), endedAt: null, number: 2 },
    ]);
}, 120_000);

test("a box that was restored has the last word on a session, whatever its numbers", async () => {
  const story = (tenantId: string): Story => {
    const box = makeTestBox({ tenantId });
    const restored = makeTestBox({ tenantId, branchId: box.branchId, boxId: box.boxId });
    const session = { sessionId: newId(), visitId: newId() };
    const tellUse = (by: TestBox, connectedSeconds: number) => {
      const usage = { connectedSeconds, uploadBytes: 1, downloadBytes: 1 };
      return by.write("session.updated", { ...session, ...usage }, at(5));
    };
    return { box, events: [tellUse(box, 300), tellUse(box, 900), tellUse(restored, 600)] };
  };
  for (const { order, kept } of await tellInEveryOrder(story, 3))
    expect(kept.sessions, `order ${order}`).toMatchObject([{ seconds: 600 }]);
}, 120_000);

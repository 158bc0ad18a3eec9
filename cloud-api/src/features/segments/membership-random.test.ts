import { MESSAGE_CHANNELS } from "@foyer/contract";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { BRANCHES, NOW, SEGMENTS, treeOf } from "../../../test/segment-arbitraries.ts";
import { type Guest, openSegmentPlace, type SegmentPlace } from "../../../test/segment-place.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { Tree } from "./schema.ts";

const PHONES = ["+84912000001", "+84912000002", "+84912000003", "+84912000004"];
const STEPS = 12;
const TREES = 25;
const PURPOSES = ["marketing", "ads"] as const;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: NOW });
});
afterAll(() => cloud?.close());

const KINDS = ["visit", "open", "consent", "moved", "connected", "wait", "wait"] as const;
const step = fc.record({
  who: fc.nat(PHONES.length - 1),
  what: fc.constantFrom(...KINDS),
  hoursAgo: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(24, 48, 720)),
  seconds: fc.constantFrom(1, 3600, 86_400, 30 * 86_400),
  given: fc.boolean(),
  purpose: fc.constantFrom(...PURPOSES),
  channel: fc.option(fc.constantFrom(...MESSAGE_CHANNELS), { nil: undefined }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Lets one thing happen. */
async function take(place: SegmentPlace, guests: readonly Guest[], happened: Step): Promise<void> {
  const { box } = place;
  const { who, what, hoursAgo, seconds, given, purpose, channel } = happened;
  const guest = guests[who];
  if (!guest) return;
  const ids = { guestId: guest.guestId, deviceId: guest.deviceId };
  const at = cloud.clock();
  switch (what) {
    case "visit":
      return place.visit(guest, hoursAgo);
    case "open":
      return place.push(box.visit({ ...ids, startedAt: at, endedAt: null }).events);
    case "consent": {
      const text = { textVersion: 1, textSha256: "a".repeat(64), language: "vi" as const };
      const where = { ...ids, nasId: NAS_ID, method: "portal" as const, consentId: ids.guestId };
      const type = given ? "consent.given" : "consent.withdrawn";
      const about = purpose === "marketing" && channel ? { purpose, channel } : { purpose };
      return place.push([box.write(type, { ...where, ...text, ...about }, at)]);
    }
    // The phone in somebody else's hand proves another number.
    case "moved": {
      const phone = PHONES[(who + 1) % PHONES.length] ?? "";
      return place.push(box.signIn({ ...ids, phone, name: "Lan", at }).events);
    }
    case "connected": {
      const used = { ...ids, nasId: NAS_ID, method: "phone-code" as const, policyId: NAS_ID };
      return place.push([box.write("guest.connected", used, at)]);
    }
    case "wait":
      return cloud.passSeconds(seconds);
  }
}

/** In, out and in again: nobody enters twice, and who is in has entered. Gives how much was told. */
async function checkTold(place: SegmentPlace): Promise<number> {
  const told = await place.told();
  const states = new Map<string, string>();
  for (const { type, segmentId, customerId } of told) {
    const key = `${segmentId} ${customerId}`;
    expect(states.get(key) ?? "segment.left").not.toBe(type);
    states.set(key, type);
  }
  const entered = [...states].filter(([, type]) => type === "segment.entered");
  for (const { id, kept } of await place.compare()) {
    const own = entered.filter(([key]) => key.startsWith(id));
    expect(kept).toEqual(own.map(([key]) => key.split(" ")[1]).toSorted());
  }
  return told.length;
}

test("whatever happens and however long it takes, the members are those who fit, and the log tells each change once", async () => {
  const tally = { in: 0, told: 0 };
  const round = fc.record({
    steps: fc.array(step, { minLength: STEPS, maxLength: STEPS }),
    first: treeOf([]),
    trees: fc.array(treeOf(SEGMENTS.slice(0, 1)), { minLength: TREES, maxLength: TREES }),
  });
  await fc.assert(
    fc.asyncProperty(round, async ({ steps, first, trees }) => {
      const place = await openSegmentPlace(cloud);
      const { box } = place;
      const firstId = await place.make(first, { judged: false });
      // The trees speak of a branch of their own, and of a segment.
      const rewrite = (tree: Tree): Tree =>
        JSON.parse(
          JSON.stringify(tree)
            .replaceAll(BRANCHES[0]?.id ?? "", box.branchId)
            .replaceAll(SEGMENTS[0] ?? "", firstId),
        );
      for (const tree of trees) await place.make(rewrite(tree), { judged: false });
      await place.runJobs();
      const guests = [];
      for (const phone of PHONES) guests.push(await place.meet(phone));
      for (const each of steps) {
        await take(place, guests, each);
        await place.runJobs();
        for (const { fitting, kept, count } of await place.compare()) {
          expect(kept, `after ${each.what}`).toEqual(fitting);
          expect(count).toBe(kept.length);
          tally.in += kept.length;
        }
      }
      tally.told += await checkTold(place);
    }),
    { numRuns: 3, endOnFailure: true },
  );
  expect(tally.in).toBeGreaterThan(100);
  expect(tally.told).toBeGreaterThan(50);
}, 240_000);

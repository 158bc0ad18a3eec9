import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import {
  BRANCHES,
  BRANDS,
  type Customer,
  customer,
  GROUPS,
  NOW,
  SEGMENTS,
  TAGS,
  TIERS,
  treeOf,
} from "../../../test/segment-arbitraries.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import { judge } from "./evaluate.ts";
import { findFacts } from "./facts-queries.ts";
import { countMembers, listMemberIds } from "./queries.ts";
import { readTree } from "./tree.ts";

const CUSTOMERS = 12;
const ROUNDS = 12;
const TREES_A_ROUND = 30;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: NOW });
});
afterAll(() => cloud?.close());

type Rows = Record<string, unknown>[];

/** Puts people straight into the tables, as the features above leave them there. */
async function settle(tenantId: string, people: readonly Customer[]): Promise<string[]> {
  const at = NOW;
  const tables: Record<string, Rows> = {
    brands: BRANDS.map((each) => ({
      ...{ id: each, name: each, accent_colour: "#000000", logo: null, created_at: at },
    })),
    branches: BRANCHES.map((each) => ({
      ...{ id: each.id, name: each.zone, time_zone: each.zone, country: "VN", languages: ["vi"] },
      ...{ brand_id: each.brand ?? null, kind: each.kind ?? null },
      ...{ visit_gap_minutes: 30, settings: "{}", created_at: at },
    })),
    marks: [
      ...GROUPS.map((each, index) => ({
        id: each,
        kind: "group",
        parent_id: GROUPS[index - 1] ?? null,
      })),
      ...TAGS.map((each) => ({ id: each, kind: "tag", parent_id: null })),
      ...TIERS.map((each) => ({ id: each, kind: "tier", parent_id: null })),
    ].map((each) => ({ ...each, name: each.id, created_at: at })),
    ...{ customers: [], guests: [], customer_marks: [], customer_fields: [], visits: [] },
    ...{ customer_consents: [], guest_moments: [], customer_scores: [], devices: [] },
  };
  const put = (table: string, row: Record<string, unknown>) => tables[table]?.push(row);
  const ids = people.map((person) => {
    const customerId = newId();
    // Of two branches: one customer, two guests.
    const guests = [newId(), newId()];
    put("customers", {
      ...{ id: customerId, name: person.name, birthday: person.birthday, kind: person.kind },
      ...{ source_branch_id: person.branch, source_at: person.joinedAt },
      ...{ first_seen_at: person.joinedAt, last_seen_at: at, changed_position: 1 },
      erased_position: person.erased ? 2 : null,
      visits: person.visits.length,
      last_visit_at: person.visits.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]?.at,
    });
    for (const guest of guests)
      put("guests", {
        id: guest,
        customer_id: customerId,
        branch_id: person.branch,
        first_seen_at: at,
      });
    const holds = [person.group && ["group", person.group], person.tier && ["tier", person.tier]];
    for (const [kind, mark] of [...holds, ...person.tags.map((tag) => ["tag", tag])].filter(
      (each): each is string[] => Boolean(each),
    ))
      put("customer_marks", { customer_id: customerId, mark_id: mark, kind });
    for (const { field, value, at: givenAt, guest } of person.told)
      put("customer_fields", {
        ...{ event_id: newId(), field, guest_id: guests[guest], value },
        ...{ given_by: "guest", given_at: givenAt, branch_id: person.branch },
      });
    if (person.score) {
      const { length, recency, frequency } = person.score;
      put("customer_scores", {
        ...{ customer_id: customerId, first_at: at, last_at: at, visits: 1, scored_at: at },
        ...{ length_points: length, recency_points: recency, frequency_points: frequency },
        total_points: length + recency + frequency,
      });
    }
    for (const visit of person.visits) {
      const deviceId = newId();
      if (visit.device)
        put("devices", {
          ...{ id: deviceId, ...visit.device, randomised: true },
          ...{ first_seen_at: at, last_seen_at: at },
        });
      put("visits", {
        ...{ id: newId(), branch_id: visit.branch, box_id: newId(), device_id: deviceId },
        ...{ customer_id: customerId, source: visit.source, started_at: visit.at },
        ended_at:
          visit.minutes === null ? null : new Date(visit.at.getTime() + visit.minutes * 60_000),
        last_told_at: at,
      });
    }
    for (const [index, act] of person.consents.entries())
      put("customer_consents", {
        ...{ event_id: newId(), consent_id: newId(), guest_id: guests[index % 2] },
        ...{ purpose: act.purpose, given: act.given, at: act.at, text_version: 1 },
        channel: act.purpose === "marketing" ? act.channel : null,
        ...{ text_sha256: "", language: "vi", method: "portal" },
        ...{ branch_id: person.branch, device_id: newId() },
      });
    for (const [index, told] of person.events.entries())
      put("guest_moments", {
        ...{ event_id: newId(), guest_id: guests[index % 2], event: told.event },
        ...{ detail: told.detail, branch_id: told.branch, occurred_at: told.at },
      });
    return customerId;
  });
  await withClient(cloud.administratorUrl, async (client) => {
    for (const [table, rows] of Object.entries(tables))
      for (const row of rows) {
        const entries = Object.entries({ tenant_id: tenantId, ...row });
        const places = entries.map((_, index) => `$${index + 1}`).join(", ");
        const columns = entries.map(([name]) => name).join(", ");
        const values = entries.map(([, value]) => value);
        await client.query(`insert into ${table} (${columns}) values (${places})`, values);
      }
  });
  return ids;
}

test("part of MC-3.5: a tree compiled to SQL and judged customer by customer gives the same people", async () => {
  const round = fc.record({
    people: fc.array(customer, { minLength: CUSTOMERS, maxLength: CUSTOMERS }),
    first: treeOf([]),
    second: treeOf(SEGMENTS.slice(0, 1)),
    wanted: fc.array(treeOf(SEGMENTS), { minLength: TREES_A_ROUND, maxLength: TREES_A_ROUND }),
  });
  const tally = { in: 0, out: 0 };
  await fc.assert(
    fc.asyncProperty(round, async ({ people, first, second, wanted }) => {
      const tenantId = await cloud.addTenant();
      const ids = await settle(tenantId, people);
      const trees = new Map([
        [SEGMENTS[0] ?? "", first],
        [SEGMENTS[1] ?? "", second],
      ]);
      await cloud.database.readTenant(tenantId, async (tx) => {
        const facts = await Promise.all(ids.map((each) => findFacts(tx, each)));
        const counts = await countMembers(tx, { wanted, trees });
        for (const [place, tree] of wanted.entries()) {
          expect(readTree(tree)).toEqual({ kind: "tree", tree });
          const members = new Set(await listMemberIds(tx, { tree, trees }));
          const judged = ids.filter((_, index) => {
            const known = facts[index];
            return known ? judge(tree, { facts: known, now: tx.now, trees }).holds : false;
          });
          expect([...members].toSorted(), JSON.stringify(tree)).toEqual(judged.toSorted());
          expect(counts[place]).toBe(members.size);
          tally.in += members.size;
          tally.out += ids.length - members.size;
        }
      });
    }),
    { numRuns: ROUNDS },
  );
  // A test in which everybody or nobody ever fits says nothing.
  expect(tally.in).toBeGreaterThan(100);
  expect(tally.out).toBeGreaterThan(100);
}, 180_000);

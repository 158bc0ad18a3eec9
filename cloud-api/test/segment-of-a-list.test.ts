import { afterAll, beforeAll, expect, test } from "vitest";
import { type KnownOfLists, segmentOf } from "../src/features/reports/rules.ts";
import { startOfVisits } from "../src/features/segments/rules.ts";
import { BRANCH_KINDS } from "../src/platform/branch-kinds.ts";
import { listOpened } from "./opened-rows.ts";
import { openReportYear, type ReportYear } from "./report-year.ts";

// The lists behind a report's numbers begin segments, through the address of the segment's page.

let year: ReportYear;
let known: KnownOfLists;
let tag: { id: string };
let group: { id: string };
let segment: { id: string };

const make = async (path: string, body: unknown) => {
  const answer = await year.owner.ask<{ id: string }>("POST", `/api/v1${path}`, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
};

beforeAll(async () => {
  year = await openReportYear({ seed: 23, guests: 30 });
  tag = await make("/tags", { name: "VIP" });
  group = await make("/groups", { name: "Khách quen" });
  const often = { kind: "visit-count", count: { min: 3 }, visits: {} };
  segment = await make("/segments", { name: "Often", tree: { kind: "all", of: [often] } });
  await year.site.follow(year.tenantId);
  const named = ({ id }: { id: string }) => [{ id, name: "", parentId: null }];
  const marks = { tags: named(tag), groups: named(group), tiers: [] };
  // The second branch's days begin at 4.
  const dayStarts = year.branches.map(({ id, dayStartsHour }) => ({ branchId: id, dayStartsHour }));
  known = { dayStarts, marks, seesAll: true };
}, 300_000);
afterAll(() => year?.site.close());

const DAYS = { from: "2026-01-01", to: "2026-10-31" };
const idOf = (index: number) => year.branches[index]?.id ?? "";
const treeOf = (list: Record<string, string>) => {
  const address = segmentOf(list, known);
  return (
    address &&
    startOfVisits(new URL(address, "http://foyer.test").searchParams, { branchKinds: BRANCH_KINDS })
  );
};

test("a segment of a list's customers is of as many as the list, whatever it is narrowed by", async () => {
  const { rows } = await listOpened(year, `/reports/customers?from=${DAYS.from}&to=${DAYS.to}`);
  for (const { id } of rows.slice(0, 9))
    await year.owner.ask("PUT", `/api/v1/customers/${id}/tags`, { tagIds: [tag.id] });
  const all = { ...DAYS, branchIds: `${idOf(0)},${idOf(2)}` };
  const brand = { brandId: year.branches[2]?.brandId ?? "" };
  const lists: Record<string, string>[] = [
    ...[all, { ...all, branchIds: idOf(2) }, { ...all, ...brand }],
    ...[
      { ...all, systems: "ios,android" },
      { ...all, forms: "phone" },
      { ...all, weekdays: "6,7" },
    ],
    ...[
      { ...all, segmentId: segment.id },
      { ...all, tagId: tag.id },
      { ...all, from: "2026-05-01", to: "2026-05-31" },
    ],
  ];
  const counts = [];
  for (const list of lists) {
    const query = new URLSearchParams(list).toString();
    const { total } = await listOpened(year, `/reports/customers?${query}`);
    const { total: fit } = await year.owner
      .ask<{ total: number }>("POST", "/api/v1/segments/preview", { tree: treeOf(list) })
      .then(({ body }) => body);
    expect([query, fit]).toEqual([query, total]);
    counts.push(total);
  }
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(new Set(counts).size).toBeGreaterThan(4);
});

test("it asks for every word of the list, a tag as a tag and a group as a group", () => {
  const places = { branchIds: idOf(0), brandId: idOf(2), branchKind: "cafe" };
  const list = { ...DAYS, ...places, weekdays: "1,7", systems: "ios", forms: "tablet,phone" };
  const came = {
    ...{ kind: "visit-count", count: { min: 1 }, when: { is: "days", ...DAYS } },
    visits: {
      ...{ branchIds: [idOf(0)], brandIds: [idOf(2)], branchKinds: ["cafe"] },
      ...{ weekdays: [1, 7], systems: ["ios"], forms: ["phone", "tablet"] },
    },
  };
  expect(treeOf(list)).toEqual({ kind: "all", of: [came] });
  const has = { kind: "mark", has: "any" };
  const whose = { kind: "segment", id: segment.id, member: true };
  const tagged = { ...has, mark: "tag", ids: [tag.id] };
  expect(treeOf({ ...list, segmentId: segment.id, tagId: tag.id.toUpperCase() })).toEqual({
    ...{ kind: "all", of: [came, whose, tagged] },
  });
  const grouped = { ...has, mark: "group", ids: [group.id] };
  expect(treeOf({ ...list, tagId: group.id })).toEqual({ kind: "all", of: [came, grouped] });
});

const NOT_SAID: Record<string, string>[] = [
  ...[{ kind: "new" }, { kind: "returning" }, { kind: "anonymous" }, { kind: "departed" }],
  ...[{ hours: "8" }, { visitClass: "3", counted: "branch" }, { recency: "lapsed" }],
  ...[{ cohort: "2026-01", monthsAfter: "2" }, { consent: "marketing.given" }, { nasId: "any" }],
  ...[{ languages: "en" }, { language: "en" }, { devices: "given" }, { methods: "room" }],
  ...[{ presentAt: "2026-05-01T09:00:00Z" }, { systems: "ios,unknown" }, { forms: "unknown" }],
  ...[{ tagId: "0190a1c2-0000-7000-8000-000000000001" }, { from: "" }, { to: "" }],
];

test("what no segment says in the same way begins none", () => {
  const list = { ...DAYS, branchIds: idOf(0) };
  expect(treeOf(list)).not.toBeNull();
  for (const told of NOT_SAID) expect([told, treeOf({ ...list, ...told })]).toEqual([told, null]);
  // Its days begin at 4: so are those of all branches together.
  expect(treeOf({ ...list, branchIds: idOf(1) })).toBeNull();
  expect(treeOf(DAYS)).toBeNull();
  const midnight = { ...known, dayStarts: [{ branchId: idOf(0), dayStartsHour: 0 }] };
  expect(segmentOf(DAYS, midnight)).not.toBeNull();
  // All that somebody sees, who does not see all.
  expect(segmentOf(DAYS, { ...midnight, seesAll: false })).toBeNull();
  const many = Array.from({ length: 51 }, () => idOf(0)).join(",");
  expect(treeOf({ ...list, branchIds: many })).toBeNull();
});

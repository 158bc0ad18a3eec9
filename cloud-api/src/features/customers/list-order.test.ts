import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { readColumns, type Sort } from "./list-rules.ts";
import { readPlace, writeCursor } from "./rules.ts";
import type { CustomerListReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
const list = (query = "") => owner.get<CustomerListReply>(`/api/v1/customers${query}`);
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  const box = await owner.addBox((await owner.addBranch()).id);
  const events = [];
  // Lan came first and once, Minh last and twice, Hoa between and three times.
  for (const [name, phone, hours, visits] of [
    ["Lan", "+84912345671", 90, 1],
    ["Hoa", "+84912345672", 60, 3],
    ["Minh", "+84912345673", 30, 2],
  ] as const) {
    const guest = box.signIn({ phone, name, at: hoursAgo(hours) });
    const { guestId, deviceId } = guest;
    events.push(...guest.events);
    for (let visit = 0; visit < visits; visit += 1) {
      const startedAt = hoursAgo(hours - visit * 8);
      const endedAt = hoursAgo(hours - visit * 8 - 1);
      events.push(...box.visit({ guestId, deviceId, startedAt, endedAt }).events);
    }
  }
  await box.push(events);
  await askUntil(list, ({ customers }) =>
    ["Lan", "Hoa", "Minh"].every((name, index) =>
      customers.some((row) => row.name === name && row.visits === [1, 3, 2][index]),
    ),
  );
});
afterAll(() => site?.close());

test.each<[Sort, string[]]>([
  ["-last-seen", ["Minh", "Hoa", "Lan"]],
  ["last-seen", ["Lan", "Hoa", "Minh"]],
  ["-first-seen", ["Minh", "Hoa", "Lan"]],
  ["first-seen", ["Lan", "Hoa", "Minh"]],
  ["-visits", ["Hoa", "Minh", "Lan"]],
  ["visits", ["Lan", "Minh", "Hoa"]],
  ["name", ["Hoa", "Lan", "Minh"]],
  ["-name", ["Minh", "Lan", "Hoa"]],
])("the list stands in the order %s, a page at a time as well", async (sort, names) => {
  const paged: (string | null)[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: string = `?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`;
    const page: CustomerListReply = await list(query);
    paged.push(...page.customers.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(names);
});

test("columns beside the record are told when they are asked for", async () => {
  const field = { key: "own.size", kind: "text", label: { vi: "Cỡ", en: "Size" } };
  await owner.request("POST", "/api/v1/customer-fields", field);
  const [hoa] = (await list("?search=Hoa")).customers;
  expect(hoa).not.toHaveProperty("own");
  const values = { "own.size": "38", email: "hoa@example.test" };
  const edited = await owner.request("PATCH", `/api/v1/customers/${hoa?.id}`, { values });
  expect(edited.status).toBe(204);
  const { id: tagId } = (await owner.request("POST", "/api/v1/tags", { name: "VIP" })).body as {
    id: string;
  };
  await owner.request("PUT", `/api/v1/customers/${hoa?.id}/tags`, { tagIds: [tagId] });
  const { customers } = await askUntil(
    () => list("?columns=own.size,tags,consents&search=Hoa"),
    (reply) => reply.customers[0]?.own?.["own.size"] === "38",
  );
  expect(customers[0]).toMatchObject({
    ...{ email: "hoa@example.test", own: { "own.size": "38" }, consents: {} },
    marks: { group: null, tier: null, tags: [{ id: tagId, name: "VIP" }] },
  });
});

test("conditions narrow the list and the file, and what is none is refused", async () => {
  const tree = { kind: "all", of: [{ kind: "visit-count", count: { min: 2 }, visits: {} }] };
  const asked = encodeURIComponent(JSON.stringify(tree));
  const found = await list(`?tree=${asked}&sort=visits`);
  expect(found.customers.map(({ name }) => name)).toEqual(["Minh", "Hoa"]);
  expect(found.total).toBe(2);
  const file = await owner.download(`/api/v1/customers.csv?language=en&tree=${asked}`);
  expect(file.bytes.toString("utf8").trim().split("\n")).toHaveLength(3);
  const chosen = `&ids=${found.customers[0]?.id}`;
  const one = await owner.download(`/api/v1/customers.csv?language=en${chosen}`);
  expect(one.bytes.toString("utf8").trim().split("\n")).toHaveLength(2);
  for (const wrong of ["tree=%7B", "tree=%7B%7D", "columns=secret", "sort=phone", "cursor=abc"])
    expect((await owner.request("GET", `/api/v1/customers?${wrong}`)).status, wrong).toBe(400);
});

test("each of the staff keeps columns and order of their own", async () => {
  const viewer = await site.addViewer(owner);
  const path = "/api/v1/customer-columns";
  const before = await viewer.get<object>(path);
  expect(before).toMatchObject({ sort: "-last-seen" });
  const chosen = { columns: ["tags", "own.size"], sort: "-visits" };
  expect((await owner.request("PUT", path, chosen)).status).toBe(200);
  expect(await owner.get(path)).toEqual(chosen);
  expect(await viewer.get(path)).toEqual(before);
  const wrong = { columns: ["password"], sort: "-visits" };
  expect((await owner.request("PUT", path, wrong)).status).toBe(400);
});

test("a cursor belongs to the kind of order that it was written for", () => {
  const id = "01930000-0000-7000-8000-000000000000";
  const count = writeCursor({ at: "12", id });
  const moment = writeCursor({ at: "2026-11-26T10:00:00.000Z", id });
  expect(readPlace(count, "-visits")).toEqual({ at: "12", id });
  expect(readPlace(count, "first-seen")).toBeNull();
  expect(readPlace(moment, "first-seen")).toMatchObject({ id });
  expect(readPlace(moment, "visits")).toBeNull();
  const name = writeCursor({ at: "lan anh\u0001Lan Anh", id });
  expect(readPlace(name, "-name")).toEqual({ at: "lan anh\u0001Lan Anh", id });
  expect(readPlace(name, "visits")).toBeNull();
  expect(readPlace(name, "last-seen")).toBeNull();
  expect(readPlace(writeCursor({ at: "lan\0", id }), "name")).toBeNull();
});

test("columns are read once each, and too many or unknown ones are none", () => {
  expect(readColumns("tags,tags,own.size")).toEqual(["tags", "own.size"]);
  expect(readColumns("")).toEqual([]);
  expect(readColumns("own.")).toBeNull();
  expect(readColumns(Array.from({ length: 20 }, (_, at) => `own.f${at}`).join(","))).toBeNull();
});

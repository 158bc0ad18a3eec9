import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { VersionedDocument } from "../branches/index.ts";
import type { CustomerListReply, CustomerReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch({ name: "Hồ Gươm" })).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const list = (query = "") => staff.get<CustomerListReply>(`/api/v1/customers${query}`);
const page = (id: string) => staff.get<CustomerReply>(`/api/v1/customers/${id}`);
/** The page of the one customer that a search finds. */
async function found(search: string): Promise<CustomerReply> {
  const { customers } = await list(`?search=${search}`);
  expect(customers).toHaveLength(1);
  return page(customers[0]?.id ?? "");
}
const listed = (count: number) => askUntil(list, ({ total }) => total === count);
/** Waits until everything that was pushed so far was followed: a last guest, who comes and is seen. */
async function followed(): Promise<void> {
  const { events } = box.signIn({ phone: "+84999999999", name: "Cuối" });
  await box.push(events);
  await askUntil(
    () => list("?search=0999999999"),
    ({ total }) => total === 1,
  );
}

describe("who becomes a customer", () => {
  test("part of MC-1.1: an unknown phone that signs in makes one customer, with the branch as source", async () => {
    const at = new Date("2026-03-01T02:30:00.000Z");
    const { events } = box.signIn({ phone: "+84912345678", name: "Nguyễn Thị Lan", at });
    await box.push(events);
    await box.push(events);
    const { customers, total } = await listed(1);
    expect(total).toBe(1);
    expect(customers).toEqual([
      {
        id: expect.any(String),
        name: "Nguyễn Thị Lan",
        phone: "+84912345678",
        email: null,
        birthday: null,
        language: "vi",
        visits: 0,
        firstSeenAt: at.toISOString(),
        lastVisitAt: null,
        sourceBranchId: branchId,
        sourceBranchName: "Hồ Gươm",
      },
    ]);
    const customer = await page(customers[0]?.id ?? "");
    expect(customer.source).toEqual({ branchId, branchName: "Hồ Gươm", at: at.toISOString() });
  });

  test("a guest who verified nothing is no customer", async () => {
    const place = { guestId: uuidv7(), deviceId: uuidv7(), nasId: NAS_ID };
    const details = { name: "Ẩn danh" };
    await box.push([
      box.write("guest.registered", { ...place, language: "vi", details, termsVersion: 1 }),
    ]);
    await followed();
    expect((await list()).total).toBe(1);
  });

  test("the same phone on two boxes of two branches at once makes one customer, of the first branch", async () => {
    const other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
    const phone = "+84912345678";
    const earlier = other.signIn({ phone, name: "Lan", at: new Date("2026-03-01T02:00:00Z") });
    const later = box.signIn({ phone, name: "Lan", at: new Date("2026-03-01T02:00:01Z") });
    await Promise.all([box.push(later.events), other.push(earlier.events)]);
    await followed();
    const { customers, total } = await list("?search=lan");
    expect(total).toBe(1);
    expect(customers[0]).toMatchObject({ phone, sourceBranchName: "Tây Hồ" });
  });

  test("what a guest told before they verified, and late news, belongs to their customer", async () => {
    const { events } = box.signIn({ phone: "+84912345678", name: "Lan" });
    const [seen, registered, verified] = events;
    await box.push([seen, verified]);
    const before = await listed(1);
    expect(before.customers[0]).toMatchObject({ name: null, phone: "+84912345678" });
    await box.push([registered]);
    const after = await askUntil(list, ({ customers }) => customers[0]?.name !== null);
    expect(after.customers[0]).toMatchObject({ id: before.customers[0]?.id, name: "Lan" });
  });

  test("the last word on a field counts by when it was said, not by when it arrived", async () => {
    const place = { nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
    const { events, ...ids } = box.signIn({
      phone: "+84912345678",
      name: "Lan Anh",
      at: new Date("2026-03-02T00:00:00Z"),
    });
    const earlier = box.write(
      "guest.registered",
      { ...place, ...ids, details: { name: "Lan", email: "lan@example.test" } },
      new Date("2026-03-01T00:00:00Z"),
    );
    await box.push([...events, earlier]);
    await followed();
    expect(await found("lan")).toMatchObject({ name: "Lan Anh", email: "lan@example.test" });
    const { customers } = await list("?search=lan");
    expect(customers[0]?.firstSeenAt).toBe("2026-03-01T00:00:00.000Z");
  });
});

describe("what is kept of a customer", () => {
  test("part of MC-1.6: each field says who gave it, when, where and under which terms", async () => {
    const at = new Date("2026-03-01T02:30:00.000Z");
    const later = new Date("2026-04-01T02:30:00.000Z");
    const { events, ...ids } = box.signIn({ phone: "+84912345678", name: "Lan", at });
    const other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
    const there = other.signIn({ phone: "+84912345678", at: later });
    const place = { guestId: there.guestId, deviceId: there.deviceId, nasId: NAS_ID };
    const told = { ...place, language: "en" as const, details: { birthday: "--02-29" } };
    const more = other.write("guest.registered", { ...told, termsVersion: 2 }, later);
    await box.push(events);
    await other.push([...there.events, more]);
    await followed();
    const { fields } = await found("lan");
    const hoGuom = { branchId: box.branchId, branchName: "Hồ Gươm" };
    const tayHo = { branchId: other.branchId, branchName: "Tây Hồ" };
    const by = { label: null, givenBy: "guest", staffId: null, staffName: null };
    const here = { ...by, givenAt: at.toISOString(), ...hoGuom };
    const elsewhere = { ...by, givenAt: later.toISOString(), ...tayHo };
    expect(fields).toEqual([
      { field: "birthday", value: "--02-29", ...elsewhere, termsVersion: 2 },
      { field: "language", value: "en", ...elsewhere, termsVersion: 2 },
      { field: "name", value: "Lan", ...here, termsVersion: 1 },
      { field: "phone", value: "+84912345678", ...elsewhere, termsVersion: 1 },
    ]);
    expect(ids.guestId).not.toBe(there.guestId);
  });

  test("a field of the tenant's own is called what its branch calls it, and boxes hear that it is filled", async () => {
    const label = { vi: "Cỡ giày", en: "Shoe size" };
    const document = await staff.get<VersionedDocument["document"]>(
      `/api/v1/branches/${branchId}/settings`,
    );
    const field = { key: "own.shoe", kind: "number" as const, label, min: 20, max: 50 };
    document.signIn.details = { newcomers: "all", returning: "one", fields: [field] };
    await staff.request("PUT", `/api/v1/branches/${branchId}/settings`, document);
    const { events, ...ids } = box.signIn({ phone: "+84912345678", name: "Lan" });
    const place = { ...ids, nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
    const own = { "own.shoe": "38.5", "own.gone": "x" };
    await box.push([...events, box.write("guest.registered", { ...place, details: { own } })]);
    await followed();
    const { fields } = await found("lan");
    const shown = fields.map(({ field: key, label: words, value }) => [key, words, value]);
    expect(shown).toContainEqual(["own.shoe", label, "38.5"]);
    expect(shown).toContainEqual(["own.gone", null, "x"]);
    const known = await askUntil(
      async () => (await box.pull())?.knownGuests?.guests.find(({ name }) => name === "Lan"),
      (guest) => guest?.filledFields?.includes("own.shoe") === true,
    );
    expect(known?.filledFields).toEqual(["language", "name", "own.gone", "own.shoe", "phone"]);
  });

  test("a field given where the branch had no terms names no version of any", async () => {
    const phone = "+84912345678";
    const place = { guestId: uuidv7(), deviceId: uuidv7(), nasId: NAS_ID };
    const told = { ...place, language: "vi" as const, details: { name: "Lan" } };
    await box.push([
      box.write("guest.registered", { ...told, termsVersion: null }),
      box.write("guest.verified", { ...place, phone, method: "code" }),
    ]);
    await followed();
    const { fields } = await found("lan");
    expect(fields.map((each) => [each.field, each.termsVersion])).toEqual([
      ["language", null],
      ["name", null],
      ["phone", null],
    ]);
  });

  test("every consent is kept, given and taken back, with its channel, its text's version and language, and how", async () => {
    const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan" });
    const evidence = {
      guestId,
      deviceId,
      nasId: NAS_ID,
      purpose: "marketing" as const,
      textVersion: 3,
      textSha256: "a".repeat(64),
      language: "vi" as const,
      method: "portal" as const,
    };
    const told = (way: "details" | "privacy-page") => ({ consentId: uuidv7(), ...evidence, way });
    const [at, between, later] = ["01", "03", "05"].map(
      (day) => new Date(`2026-03-${day}T02:30:00Z`),
    ) as [Date, Date, Date];
    await box.push([
      box.write("consent.withdrawn", told("privacy-page"), later),
      box.write("consent.given", { ...told("details"), channel: "zalo" }, between),
      box.write("consent.given", { consentId: uuidv7(), ...evidence }, at),
      ...events,
    ]);
    await followed();
    const { consents } = await found("lan");
    const branch = { branchId: box.branchId, branchName: "Hồ Gươm", nasId: NAS_ID };
    const text = { purpose: "marketing", textVersion: 3, language: "vi", ...branch };
    expect(consents).toEqual([
      { ...text, channel: null, given: false, at: later.toISOString(), method: "privacy-page" },
      { ...text, channel: "zalo", given: true, at: between.toISOString(), method: "details" },
      // Of a box that does not tell how.
      { ...text, channel: null, given: true, at: at.toISOString(), method: "portal" },
    ]);
  });

  test("a device is a customer's once the box proved it, not because a sign-in named it", async () => {
    const mac = "00-11-22-33-44-55";
    const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan", mac });
    await box.push(events);
    await followed();
    const { id } = await found("lan");
    expect((await page(id)).devices).toEqual([]);
    const [started, session] = box.visit({
      guestId,
      deviceId,
      startedAt: new Date(),
      endedAt: null,
    }).events;
    await box.push([started, session]);
    const { devices } = await askUntil(
      () => page(id),
      (customer) => customer.devices.length > 0,
    );
    expect(devices).toMatchObject([{ id: deviceId, mac, randomised: false }]);
  });

  test("what a device is stands by what its browser said last, in whichever order it is told", async () => {
    const guest = box.signIn({ phone: "+84912345678", name: "Lan" });
    const startedAt = new Date("2026-03-01T02:00:00.000Z");
    const { deviceId } = guest;
    const say = (system: string, form: string | null, minute: number) =>
      box.write(
        "device.described",
        { deviceId, system, form },
        new Date(+startedAt + minute * 60e3),
      );
    await box.push([...guest.events, ...box.visit({ ...guest, startedAt, endedAt: null }).events]);
    await followed();
    const { id, devices } = await found("lan");
    expect(devices).toMatchObject([{ id: deviceId, system: null, form: null }]);
    let times = 0;
    /** What is known of it once all of this is read: a new address is told after it. */
    const after = async (...words: ReturnType<typeof say>[]) => {
      times += 1;
      const mac = `00-11-22-33-44-0${times}`;
      const seen = { deviceId, mac, randomised: false, nasId: NAS_ID, by: "radius" } as const;
      await box.push([...words, box.write("device.seen", seen)]);
      const [device] = (
        await askUntil(
          () => page(id),
          (customer) => customer.devices[0]?.mac === mac,
        )
      ).devices;
      return [device?.mac, device?.system, device?.form];
    };
    const [first, second, third] = [1, 2, 3].map((at) => `00-11-22-33-44-0${at}`);
    const words = [say("ios", "tablet", 5), say("macos", "computer", 1)];
    expect(await after(...words)).toEqual([first, "ios", "tablet"]);
    expect(await after(say("macos", "computer", 2))).toEqual([second, "ios", "tablet"]);
    // A box of a newer release may know more words.
    expect(await after(say("glasses-os", "glasses", 9))).toEqual([third, "other", "other"]);
    expect((await found("lan")).devices).toHaveLength(1);
  });

  test("a device was last seen when its visit ended, not when the box noticed the end", async () => {
    const startedAt = new Date("2026-03-01T02:00:00.000Z");
    const endedAt = new Date("2026-03-01T02:30:00.000Z");
    const guest = box.signIn({ phone: "+84912345678", name: "Lan", at: startedAt });
    const { events } = box.visit({ ...guest, startedAt, endedAt });
    const noticedAt = "2026-03-01T03:30:00.000Z";
    const visit = events.map((event) =>
      event.type === "visit.ended" ? { ...event, occurredAt: noticedAt } : event,
    );
    await box.push([...guest.events, ...visit]);
    await followed();
    expect((await found("lan")).devices).toMatchObject([{ lastSeenAt: endedAt.toISOString() }]);
  });
});

describe("finding customers", () => {
  const people = [
    ["+84912345678", "Nguyễn Thị Lan"],
    ["+84987654321", "Trần Văn Đức"],
    ["+84900000003", "Nguyễn Đức Anh"],
  ] as const;

  beforeEach(async () => {
    for (const [index, [phone, name]] of people.entries()) {
      const at = new Date(Date.UTC(2026, 2, index + 1));
      await box.push(box.signIn({ phone, name, at }).events);
    }
    await listed(people.length);
  });

  test.each([
    ["nguyen", ["Nguyễn Đức Anh", "Nguyễn Thị Lan"]],
    ["DUC", ["Nguyễn Đức Anh", "Trần Văn Đức"]],
    ["duc nguyen", ["Nguyễn Đức Anh"]],
    ["0987", ["Trần Văn Đức"]],
    ["4321", ["Trần Văn Đức"]],
    ["%", ["Nguyễn Đức Anh", "Trần Văn Đức", "Nguyễn Thị Lan"]],
    ["guyen", []],
    ["' or 1=1 --", []],
  ])("%s finds the customers it begins a word of", async (search, names) => {
    const { customers, total } = await list(`?search=${encodeURIComponent(search)}`);
    expect(customers.map(({ name }) => name)).toEqual(names);
    expect(total).toBe(names.length);
  });

  test("pages follow each other without a gap or a repeat, and the last has no next", async () => {
    const first = await list("?limit=2");
    expect(first).toMatchObject({ total: 3, nextCursor: expect.any(String) });
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ total: 3, nextCursor: null });
    const names = [...first.customers, ...second.customers].map(({ name }) => name);
    expect(names).toEqual(["Nguyễn Đức Anh", "Trần Văn Đức", "Nguyễn Thị Lan"]);
  });

  test("a cursor nobody gave is refused", async () => {
    const answer = await staff.request("GET", "/api/v1/customers?cursor=MTIz");
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid", field: "/cursor" } });
  });

  test("no other tenant sees them, in any list or by their id", async () => {
    const other = await site.addOwner("Other");
    const id = (await list()).customers[0]?.id;
    expect(await other.get("/api/v1/customers")).toMatchObject({ customers: [], total: 0 });
    expect(await other.get("/api/v1/customers?search=lan")).toMatchObject({ total: 0 });
    expect(await other.request("GET", `/api/v1/customers/${id}`)).toMatchObject({
      status: 404,
      body: { code: "not-found" },
    });
  });

  test("nobody reads them without signing in", async () => {
    const answer = await fetch(`${site.origin}/api/v1/customers`);
    expect(answer.status).toBe(401);
  });
});

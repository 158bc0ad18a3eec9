import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { type ExportedAct, findLastWord } from "./export-columns.ts";
import type { CustomerListReply, ExportColumnsReply, ExportListReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;
type Spoken = { purpose: "terms" | "marketing" | "ads"; channel?: "zalo" };

const PATH = "/api/v1/customer-export-columns";
const SEAT = { key: "own.seat", kind: "text", label: { vi: "Chỗ ngồi", en: "Seat" } };

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  const branchId = (await owner.addBranch()).id;
  box = await owner.addBox(branchId);
  expect((await owner.request("POST", "/api/v1/customer-fields", SEAT)).status).toBe(201);
  const values = { name: "Mai", phone: "0912345670", zaloId: "7:1", "own.seat": "Sân" };
  const made = await owner.request("POST", "/api/v1/customers", { branchId, values });
  expect(made.status).toBe(201);
  const guest = box.signIn({ phone: "+84912345678", name: "Ánh" });
  const [at, later] = [new Date("2026-03-01T02:00:00Z"), new Date("2026-03-02T02:00:00Z")];
  const tell = (type: "consent.given" | "consent.withdrawn", about: Spoken, when: Date) => {
    const { purpose, ...channel } = about;
    const { guestId, deviceId } = guest;
    const text = { textVersion: 1, textSha256: "a".repeat(64), language: "vi" as const };
    const act = { consentId: uuidv7(), guestId, deviceId, nasId: NAS_ID, ...text };
    return box.write(type, { ...act, purpose, method: "portal", ...channel }, when);
  };
  await box.push([
    ...guest.events,
    tell("consent.given", { purpose: "terms" }, at),
    tell("consent.given", { purpose: "marketing" }, at),
    tell("consent.withdrawn", { purpose: "marketing", channel: "zalo" }, later),
    tell("consent.withdrawn", { purpose: "ads" }, later),
  ]);
  const known = await askUntil(
    () => owner.get<CustomerListReply>("/api/v1/customers?columns=consents"),
    ({ total, customers }) => total === 2 && customers.some(({ consents }) => consents?.terms),
  );
  expect(known.customers.map(({ name }) => name).toSorted()).toEqual(["Mai", "Ánh"]);
});
afterAll(() => site?.close());

async function take(columns: string, language = "en"): Promise<string[]> {
  const query = new URLSearchParams({ columns, language });
  const { bytes } = await owner.download(`/api/v1/customers.csv?${query}`);
  const [head = "", ...lines] = bytes.toString("utf8").replace("\ufeff", "").trim().split("\r\n");
  return [head, ...lines.toSorted()];
}
const refusal = async (staff: TestStaff, columns: string) => {
  const { status, body } = await staff.request("GET", `/api/v1/customers.csv?columns=${columns}`);
  return [status, (body as { field?: string }).field];
};

test("a file holds the columns that were asked for, in that order and in the reader's words", async () => {
  expect(await take("own.seat,zaloId,name")).toEqual([
    '"Seat","Zalo ID","Name"',
    '"Sân","7:1","Mai"',
    ',,"Ánh"',
  ]);
  expect((await take("tier,visits,own.seat", "vi"))[0]).toBe('"Hạng","Lượt ghé","Chỗ ngồi"');
});

test("consents are told purpose by purpose, and of messages channel by channel", async () => {
  const keys = "name,consent.terms,consent.ads,consent.presence";
  expect(await take(`${keys},consent.marketing.sms,consent.marketing.zalo`)).toEqual([
    '"Name","Terms of use","Advertising","Being noticed on return","Messages and offers · SMS","Messages and offers · Zalo"',
    '"Mai",,,,,',
    '"Ánh","given","withdrawn",,"given","withdrawn"',
  ]);
});

test("a word on messages without a channel is about each, until a newer one names it", () => {
  const act = (channel: string | null, given: boolean, second: number): ExportedAct => ({
    ...{ purpose: "marketing", channel, given, at: new Date(second * 1000) },
  });
  const of = (channel: string, acts: ExportedAct[]) =>
    findLastWord(acts, { purpose: "marketing", channel });
  expect(of("sms", [])).toBeNull();
  expect(of("sms", [act("zalo", true, 1)])).toBeNull();
  expect(of("sms", [act(null, true, 1)])).toBe(true);
  expect(of("sms", [act("sms", false, 2), act(null, true, 1)])).toBe(false);
  expect(of("sms", [act("sms", true, 1), act(null, false, 2)])).toBe(false);
});

test("a column there is not, one twice and none are refused by the field, and nothing is noted", async () => {
  const before = await owner.get<ExportListReply>("/api/v1/customer-exports");
  for (const columns of ["name,nonsense", "own.none", "name,name", ""])
    expect([columns, await refusal(owner, columns)]).toEqual([columns, [400, "/columns"]]);
  expect(await owner.get<ExportListReply>("/api/v1/customer-exports")).toEqual(before);
});

test("the log says which columns a file held", async () => {
  await take("phone,name");
  const { exports } = await owner.get<ExportListReply>("/api/v1/customer-exports");
  expect(exports[0]?.columns).toEqual(["phone", "name"]);
  await owner.download("/api/v1/customers.csv");
  const newer = await owner.get<ExportListReply>("/api/v1/customer-exports");
  expect(newer.exports[0]?.columns).toEqual(expect.arrayContaining(["phone", "own.seat"]));
  expect(newer.exports[0]?.columns).not.toContain("consent.terms");
});

test("whoever may not see customers or marks takes none of their columns", async () => {
  const blind = await site.addStaffWith(owner, ["customers.export"]);
  expect(await refusal(blind, "phone")).toEqual([403, "/columns"]);
  expect((await blind.request("GET", "/api/v1/customers.csv")).status).toBe(403);
  expect((await blind.get<ExportColumnsReply>(PATH)).offered).toEqual([]);
  const seeing = await site.addStaffWith(owner, ["customers.export", "customers.read"]);
  expect(await refusal(seeing, "name,tags")).toEqual([403, "/columns"]);
  const { offered, columns } = await seeing.get<ExportColumnsReply>(PATH);
  for (const keys of [columns, offered.map(({ key }) => key)]) {
    expect(keys).toContain("phone");
    expect(keys).not.toContain("tags");
  }
  const { bytes } = await seeing.download("/api/v1/customers.csv?language=en");
  expect(bytes.toString("utf8").split("\r\n")[0]).not.toContain("Tags");
  const kept = await seeing.request("PUT", PATH, { columns: ["name", "group"] });
  expect(kept.status).toBe(403);
});

test("what somebody took is offered to them again, and what is gone since is left out", async () => {
  const usual = (await owner.get<ExportColumnsReply>(PATH)).columns;
  expect(usual).toEqual(expect.arrayContaining(["name", "phone", "own.seat", "source"]));
  const mine = { columns: ["own.seat", "phone"] };
  expect((await owner.request("PUT", PATH, mine)).status).toBe(204);
  expect(await owner.get<ExportColumnsReply>(PATH)).toMatchObject(mine);
  const other = await site.addStaffWith(owner, ["customers.export", "customers.read"]);
  expect((await other.get<ExportColumnsReply>(PATH)).columns).toContain("name");
  const { key, ...field } = SEAT;
  const archived = { ...field, archived: true };
  const changed = await owner.request("PATCH", `/api/v1/customer-fields/${key}`, archived);
  expect(changed.status).toBeLessThan(300);
  expect((await owner.get<ExportColumnsReply>(PATH)).columns).toEqual(["phone"]);
  expect(await refusal(owner, "own.seat")).toEqual([400, "/columns"]);
  const viewer = await site.addViewer(owner);
  expect((await viewer.request("PUT", PATH, mine)).status).toBe(403);
});

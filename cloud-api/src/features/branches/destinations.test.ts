import type { BranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";

const SHOP = "https://shop.example";
const FAN_PAGE = "https://www.facebook.com/shop";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const allow = (destinations: string[], by = staff) =>
  by.request("PUT", "/api/v1/destinations", { destinations });

/** Saves the branch's settings with one of their parts changed. */
async function save(change: (settings: BranchSettings) => void) {
  const path = `/api/v1/branches/${branchId}/settings`;
  const document = await staff.get<BranchSettings>(path);
  change(document);
  return staff.request("PUT", path, document);
}
const sendTo = (address: string) =>
  save(({ pages: [page] }) => Object.assign(page ?? {}, { landingUrl: address }));

test("part of MC-4.7: settings take addresses on the company's list alone, and its boxes hold the list", async () => {
  const refused = await sendTo(`${SHOP}/menu`);
  expect(refused).toMatchObject({ status: 400, body: { field: "/pages/0/landingUrl" } });
  expect(await allow([SHOP, FAN_PAGE])).toMatchObject({ status: 200 });
  expect(await sendTo(`${SHOP}/menu`)).toMatchObject({ status: 200 });
  expect((await sendTo("https://shop.example.evil.test/")).status).toBe(400);
  const branch = await save(({ signIn }) =>
    Object.assign(signIn, { landingUrl: "https://evil.test" }),
  );
  expect(branch.status).toBe(400);
  const pulled = (await box.pull())?.settings as BranchSettings;
  expect(pulled.allowedDestinations).toEqual([SHOP, FAN_PAGE]);
  expect(pulled.pages[0]?.landingUrl).toBe(`${SHOP}/menu`);
});

test("a list that is changed is news to the boxes of every branch; the same once more is not", async () => {
  await allow([SHOP]);
  const before = (await box.pull())?.settings as BranchSettings;
  await allow([SHOP]);
  await allow([FAN_PAGE]);
  const pulled = (await box.pull({ settings: before.version }))?.settings as BranchSettings;
  expect(pulled).toMatchObject({ version: before.version + 1, allowedDestinations: [FAN_PAGE] });
});

test("an address that a branch sends its guests to cannot be taken off the list", async () => {
  await allow([SHOP, FAN_PAGE]);
  await sendTo(`${SHOP}/menu`);
  expect(await allow([FAN_PAGE])).toMatchObject({ status: 409 });
  expect(await staff.get("/api/v1/destinations")).toEqual({ destinations: [SHOP, FAN_PAGE] });
  expect(await allow([`${SHOP}/menu`])).toMatchObject({ status: 200 });
});

test("what is no web address is refused with its place", async () => {
  for (const wrong of ["javascript:alert(1)", "https://a:b@c.test", "shop.example", "https://"])
    expect(await allow([SHOP, wrong])).toMatchObject({
      ...{ status: 400, body: { field: "/destinations/1" } },
    });
});

test("a viewer reads the list and cannot change it; another company has its own", async () => {
  await allow([SHOP]);
  const viewer = await site.addViewer(staff);
  expect(await viewer.get("/api/v1/destinations")).toEqual({ destinations: [SHOP] });
  expect((await allow([], viewer)).status).toBe(403);
  const strangers = await site.addOwner("Other");
  expect(await strangers.get("/api/v1/destinations")).toEqual({ destinations: [] });
});

test("a page that asks a survey which the branch does not have is refused", async () => {
  const block = { kind: "survey", fields: { survey: "spring" } };
  const refused = await save(({ pages: [page] }) => page?.blocks.push(block));
  expect(refused).toMatchObject({ status: 400, body: { field: "/pages/0/blocks/1" } });
});

test("a branch may speak Persian alone, and has its terms in it", async () => {
  const body = { name: "چایخانه", timeZone: "Asia/Tehran", country: "IR", languages: ["fa"] };
  const made = await staff.request("POST", "/api/v1/branches", body);
  expect(made).toMatchObject({ status: 201, body: { languages: ["fa"] } });
});

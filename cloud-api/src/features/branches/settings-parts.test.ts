import {
  BOX_API,
  type BranchSettings,
  hashParts,
  hashPicture,
  writePartHashes,
} from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { signBoxCall } from "../../../test/box-calls.ts";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";

const PICTURE = `data:image/png;base64,${"QUJD".repeat(8000)}`;

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
});
afterAll(() => site?.close());

async function save(edit: (document: BranchSettings) => unknown): Promise<void> {
  const path = `/api/v1/branches/${box.branchId}/settings`;
  const { version: _version, ...document } = await staff.get<BranchSettings>(path);
  const answer = await staff.request("PUT", path, edit(document as BranchSettings));
  expect(answer.status).toBe(200);
}

const fetchPicture = (hash: string, range?: string, of = box) => {
  const target = `${BOX_API.pictures}${hash}`;
  const signed = signBoxCall(of.boxKey, { method: "GET", target });
  return fetch(`${site.origin}${target}`, { headers: { ...signed, ...(range ? { range } : {}) } });
};

const paint = (document: BranchSettings) => ({
  ...document,
  brand: { ...document.brand, background: PICTURE },
});

test("a box that names no parts gets the whole document, as every release did", async () => {
  await save(paint);
  const reply = await box.pull();
  expect(reply?.settings).toMatchObject({ brand: { background: PICTURE } });
  expect(reply?.settingsParts).toBeUndefined();
});

test("a box that holds nothing gets all parts, with pictures by hash; then what differs alone", async () => {
  await save(paint);
  const whole = (await box.pull())?.settings as unknown as BranchSettings;
  const first = await box.pull({ settingsParts: "" });
  expect(first?.settings).toBeNull();
  expect(first?.settingsParts?.hashes).toEqual(hashParts(whole));
  expect(Object.keys(first?.settingsParts?.parts ?? {}).toSorted()).toEqual(
    Object.keys(hashParts(whole)).toSorted(),
  );
  expect(JSON.stringify(first)).not.toContain("QUJDQUJD");
  await save((document) => ({ ...document, branch: { ...document.branch, name: "Bến Thành" } }));
  const settings = first?.settingsParts?.version ?? 0;
  const held = { settings, settingsParts: writePartHashes(hashParts(whole)) };
  const next = await box.pull(held);
  expect(Object.keys(next?.settingsParts?.parts ?? {})).toEqual(["branch"]);
});

test("a picture is served by its hash, whole and from a byte on, to boxes of its branch alone", async () => {
  await save(paint);
  const hash = hashPicture(PICTURE);
  const whole = await fetchPicture(hash);
  expect([whole.status, await whole.text()]).toEqual([200, PICTURE]);
  const rest = await fetchPicture(hash, "bytes=30000-");
  expect(rest.status).toBe(206);
  expect(rest.headers.get("content-range")).toBe(
    `bytes 30000-${PICTURE.length - 1}/${PICTURE.length}`,
  );
  expect(await rest.text()).toBe(PICTURE.slice(30_000));
  const beyond = await fetchPicture(hash, `bytes=${PICTURE.length}-`);
  expect([beyond.status, await beyond.text()]).toEqual([200, PICTURE]);
  expect((await fetchPicture("0".repeat(64))).status).toBe(404);
  const elsewhere = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  expect((await fetchPicture(hash, undefined, elsewhere)).status).toBe(404);
});

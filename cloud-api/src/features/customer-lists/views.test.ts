import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestSite, type TestSite, type TestStaff } from "../../../test/open-test-site.ts";
import { SORTS } from "../customers/index.ts";
import type { ViewReply, ViewsReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let viewer: TestStaff;

const TREE = { kind: "all", of: [{ kind: "field", field: "email", test: { is: "known" } }] };
const VIEW = {
  ...{ name: "  Khách   quen ", search: "Lan", tree: TREE },
  ...{ columns: ["phone", "own.size", "tags"], sort: "-visits" },
};
const PATH = "/api/v1/customer-views";
const list = async (staff: TestStaff) => (await staff.get<ViewsReply>(PATH)).views;

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  viewer = await site.addViewer(owner);
});
afterAll(() => site?.close());

test("a view is kept with its name, filter, columns and order, and changed and removed by its maker", async () => {
  const made = await owner.request("POST", PATH, VIEW);
  expect(made).toMatchObject({
    status: 201,
    body: { name: "Khách quen", search: "Lan", tree: TREE, shared: false, isOwn: true },
  });
  const { id } = made.body as ViewReply;
  const changed = { ...VIEW, name: "Mới", search: null, tree: null, sort: "first-seen" };
  expect((await owner.request("PUT", `${PATH}/${id}`, changed)).status).toBe(200);
  expect(await list(owner)).toMatchObject([{ name: "Mới", search: null, tree: null }]);
  expect((await owner.request("DELETE", `${PATH}/${id}`)).status).toBe(204);
  expect(await list(owner)).toEqual([]);
  expect((await owner.request("DELETE", `${PATH}/${id}`)).status).toBe(404);
});

test("a view keeps whichever order the list may be in", async () => {
  for (const sort of SORTS) {
    const made = await owner.request("POST", PATH, { ...VIEW, sort });
    expect(made, sort).toMatchObject({ status: 201, body: { sort } });
    await owner.request("DELETE", `${PATH}/${(made.body as ViewReply).id}`);
  }
});

test("nobody else sees a view until it is shared, and nobody else changes it then", async () => {
  const { id } = (await owner.request("POST", PATH, VIEW)).body as ViewReply;
  expect(await list(viewer)).toEqual([]);
  const share = (staff: TestStaff, shared: boolean) =>
    staff.request("PUT", `${PATH}/${id}/sharing`, { shared });
  expect((await share(viewer, true)).status).toBe(403);
  expect((await share(owner, true)).status).toBe(200);
  expect(await list(viewer)).toMatchObject([{ id, isOwn: false, staffName: "Owner" }]);
  expect((await viewer.request("PUT", `${PATH}/${id}`, VIEW)).status).toBe(404);
  expect((await viewer.request("DELETE", `${PATH}/${id}`)).status).toBe(404);
  await share(owner, false);
  expect(await list(viewer)).toEqual([]);
  await owner.request("DELETE", `${PATH}/${id}`);
});

test("a name is there once among one's own, and conditions that are none are refused", async () => {
  await owner.request("POST", PATH, VIEW);
  const again = await owner.request("POST", PATH, VIEW);
  expect(again).toMatchObject({ status: 409, body: { field: "/name" } });
  expect((await viewer.request("POST", PATH, VIEW)).status).toBe(201);
  const senseless = { ...VIEW, name: "Other", tree: { kind: "all", of: [] } };
  const refused = await owner.request("POST", PATH, senseless);
  expect(refused).toMatchObject({ status: 400, body: { field: "/tree/of" } });
  expect((await owner.request("POST", PATH, { ...VIEW, sort: "phone" })).status).toBe(400);
});

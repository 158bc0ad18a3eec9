import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { BranchPlacesReply, DensityReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let branchId: string;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
});
afterAll(() => site?.close());

let people = 0;
async function settle(place: string, values: Record<string, string> = {}): Promise<string> {
  people += 1;
  const { status, body } = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId, values: { name: `Khách ${people}`, place, ...values } },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return (body as { id: string }).id;
}
const density = (by = owner) => by.get<DensityReply>("/api/v1/customer-places");
const HOMES = ["21.0281", "21.0262", "21.0243", "21.0224", "21.0205"];
const LONELY = "22.33120,103.84210";

test("HM-3.3 a customer picks a place on a map, it is kept, and the map groups so that no single home shows", async () => {
  const place = `/api/v1/branches/${branchId}/place`;
  expect((await owner.request("PUT", place, { place: "21.02, 105.85" })).status).toBe(204);
  // Four homes and a family of three in one of them are not homes enough.
  for (const latitude of HOMES.slice(0, 4)) await settle(`${latitude}, 105.8542`);
  for (const _ of [1, 2]) await settle(`${HOMES[0]}, 105.8542`);
  expect(await density()).toMatchObject({ groups: [], elsewhere: 6, placed: 6, total: 6 });
  // The fifth is chosen by the customer, with a tap on the map of their own page.
  const own = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId, values: { name: "Lan" } },
  });
  const { id } = own.body as { id: string };
  const made = await owner.request("POST", `/api/v1/customers/${id}/profile-link`);
  const { url } = made.body as { url: string };
  const send = (form: string) =>
    fetch(url, {
      ...{ method: "POST", body: form, redirect: "manual" },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  const view = /name="view" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";
  const tapped = await (await send(`view=${view}&at.x=181&at.y=157&place=`)).text();
  const picked = /name="place" value="([^"]+)"/.exec(tapped)?.[1] ?? "";
  expect(picked).toMatch(/^21\.0205\d,105\.8540\d$/);
  expect((await send(`place=${encodeURIComponent(picked)}`)).status).toBe(303);
  type Fields = { fields: { field: string; value: string; givenBy: string }[] };
  expect((await owner.get<Fields>(`/api/v1/customers/${id}`)).fields).toContainEqual(
    expect.objectContaining({ field: "place", value: picked, givenBy: "customer" }),
  );
  // And somebody who lives where nobody else does.
  await settle(LONELY);
  const reply = await density();
  expect(reply).toMatchObject({ elsewhere: 1, placed: 8, total: 8, homesFewest: 5 });
  expect(reply.groups.map(({ customers }) => customers)).toEqual([7]);
  for (const { side } of reply.groups) expect(side * 111).toBeGreaterThan(1);
  const told = JSON.stringify(reply);
  for (const secret of [...HOMES, picked, "22.33", "103.84"]) expect(told).not.toContain(secret);
});

test("who is not to be used, is forgotten, or took the place away is in no square", async () => {
  const ids = [];
  for (const latitude of HOMES) ids.push(await settle(`${latitude},105.8542`));
  expect((await density()).groups).toMatchObject([{ customers: 5 }]);
  const path = `/api/v1/customers/${ids[0]}`;
  const taken = await owner.request("PATCH", path, { values: { place: null } });
  expect(taken.status).toBe(204);
  expect(await density()).toMatchObject({ groups: [], elsewhere: 4, placed: 4 });
  // Whoever asked that their record is not used.
  const path1 = `/api/v1/customers/${ids[1]}/requests`;
  const noted = await owner.request("POST", path1, { kind: "restriction", note: "Gọi điện" });
  const { id } = noted.body as { id: string };
  const answered = await owner.request("POST", `${path1}/${id}/outcome`, { outcome: "done" });
  expect(answered.status, JSON.stringify(answered.body)).toBe(204);
  await askUntil(
    () => density(),
    ({ placed }) => placed === 3,
  );
  // And whoever is forgotten.
  const path2 = `/api/v1/customers/${ids[2]}/requests`;
  const asked = await owner.request("POST", path2, { kind: "deletion", note: "Gọi điện" });
  const wish = (asked.body as { id: string }).id;
  await owner.request("POST", `${path2}/${wish}/outcome`, { outcome: "done" });
  await askUntil(
    () => density(),
    ({ placed }) => placed === 2,
  );
  expect(await density()).toMatchObject({ groups: [], elsewhere: 2, total: 3 });
});

test("a branch stands where staff say; what is no place is refused", async () => {
  const path = `/api/v1/branches/${branchId}/place`;
  const link = "https://www.google.com/maps/@21.0285,105.8542,15z";
  expect((await owner.request("PUT", path, { place: link })).status).toBe(204);
  const { places } = await owner.get<BranchPlacesReply>("/api/v1/branch-places");
  expect(places).toEqual([{ branchId, name: "Hồ Gươm", place: "21.02850,105.85420" }]);
  expect(await owner.request("PUT", path, { place: "by the lake" })).toMatchObject({
    ...{ status: 400, body: { field: "/place" } },
  });
  expect((await owner.request("PUT", path, { place: null })).status).toBe(204);
  expect(await owner.get("/api/v1/branch-places")).toMatchObject({ total: 0 });
});

test("another company's customers are in no square, and a viewer moves no branch", async () => {
  for (const latitude of HOMES) await settle(`${latitude},105.8542`);
  const stranger = await site.addOwner("Another company");
  expect(await density(stranger)).toMatchObject({ groups: [], placed: 0, total: 0 });
  const viewer = await site.addViewer(owner);
  expect((await density(viewer)).placed).toBe(5);
  const path = `/api/v1/branches/${branchId}/place`;
  expect((await viewer.request("PUT", path, { place: "21,105" })).status).toBe(403);
  expect((await stranger.request("PUT", path, { place: "21,105" })).status).toBe(404);
});

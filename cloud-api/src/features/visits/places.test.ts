import type { Static } from "typebox";
import { expect, test } from "vitest";
import { openVisits } from "../../../test/open-visits.ts";
import type { VisitListReply } from "./schema.ts";

const DAY = 86_400_000;
const company = openVisits();

type Reply = Static<typeof VisitListReply>;

test("visits are listed at several branches, at a brand's and at those of a kind", async () => {
  const { staff, box, branchId, halfHour, lan, listed } = company;
  const places = await Promise.all(
    ["Tây Hồ", "Huế"].map(async (name) => {
      const { id } = await staff.addBranch({ name });
      return { id, box: await staff.addBox(id) };
    }),
  );
  const [one, two] = places.map(({ id }) => id) as [string, string];
  const named = { name: "Trà Gió", accentColour: "#aa3300" };
  const { body: brand } = await staff.request("POST", "/api/v1/brands", named);
  const { id: brandId } = brand as { id: string };
  await staff.request("PUT", `/api/v1/brands/${brandId}/branches`, { branchIds: [one, two] });
  await staff.request("PATCH", `/api/v1/branches/${two}`, { kind: "hotel" });
  const here = lan();
  await box.push([...here.events, ...halfHour(here.ids, 3 * DAY)]);
  for (const { box: other } of places) {
    const guest = other.signIn({ phone: "+84912345678", name: "Lan", at: company.ago(2 * DAY) });
    const span = { startedAt: company.ago(2 * DAY), endedAt: company.ago(DAY) };
    await other.push([...guest.events, ...other.visit({ ...guest, ...span }).events]);
  }
  await listed(3);
  const at = async (query: string) => {
    const { visits, total } = await staff.get<Reply>(`/api/v1/visits?${query}`);
    expect(total).toBe(visits.length);
    return visits.map((visit) => visit.branchId).toSorted();
  };
  expect(await at(`branchIds=${branchId},${one.toUpperCase()}`)).toEqual([branchId, one].sort());
  expect(await at(`brandId=${brandId}`)).toEqual([one, two].sort());
  expect(await at("branchKind=hotel")).toEqual([two]);
  expect(await at(`brandId=${brandId}&branchKind=hotel`)).toEqual([two]);
  expect(await at(`brandId=${brandId}&branchIds=${branchId}`)).toEqual([]);
  const refused = async (query: string) => {
    const { status, body } = await staff.request("GET", `/api/v1/visits?${query}`);
    return [status, (body as { field?: string }).field];
  };
  expect(await refused("branchIds=here")).toEqual([400, "/branchIds"]);
  expect(await refused("branchKind=castle")).toEqual([400, "/branchKind"]);
});

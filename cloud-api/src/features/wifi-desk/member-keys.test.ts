import { BOX_API } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { MemberKeyReply } from "./schema.ts";

const MAC = "DA-5E-00-53-00-01";
const DAY_MS = 24 * 60 * 60 * 1000;

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;
let customerId: string;
let ids: { guestId: string; deviceId: string };

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner();
  box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  const { events, guestId, deviceId } = box.signIn({
    ...{ phone: "+84912345678", name: "Lan", mac: MAC, at: site.now() },
  });
  ids = { guestId, deviceId };
  await box.push([...events, box.write("credential.issued", ids, site.now())]);
  const { customers } = await askUntil(
    () => owner.get<{ customers: { id: string }[] }>("/api/v1/customers"),
    (reply) => reply.customers.length === 1,
  );
  expect(customers).toHaveLength(1);
  customerId = customers[0]?.id ?? "";
  await until(([key]) => key !== undefined);
});
afterAll(() => site?.close());

const path = () => `/api/v1/customers/${customerId}/member-keys`;
const list = async (by = owner) => (await by.get<{ keys: MemberKeyReply[] }>(path())).keys;
/** Waits for the list to be so, and gives it as it is then. */
const until = async (isRight: (keys: MemberKeyReply[]) => boolean) => {
  const keys = await askUntil(() => list(), isRight);
  expect(isRight(keys), JSON.stringify(keys)).toBe(true);
  return keys;
};
const end = async (by = owner, keyId?: string) =>
  (await by.request("POST", `${path()}/${keyId ?? (await list())[0]?.id}/end`)).status;
const pulled = async () =>
  (await box.pull({ settings: 99, guests: 1e9, boxCommands: 0 }))?.boxCommands ?? [];
const answer = (commandId: string | undefined, outcome: string) =>
  box.call(BOX_API.commandAnswers, {
    answers: [{ commandId, outcome, finishedAt: site.now().toISOString() }],
  });

test("which device was given a key, where and since when is known, and that its guest gave it up", async () => {
  expect(await list()).toMatchObject([
    { deviceId: ids.deviceId, mac: MAC, branchName: "Hồ Gươm", state: "open" },
  ]);
  const again = [
    box.write("credential.revoked", { ...ids, by: "replaced" }, site.now()),
    box.write("credential.issued", ids, site.now()),
    box.write("credential.revoked", { ...ids, by: "guest" }, site.now()),
  ];
  await box.push(again);
  // Told again: nothing is changed.
  await box.push(again);
  const keys = await until((all) => all.length === 2 && all[0]?.state === "ended");
  expect(keys.map(({ state, endedBy }) => [state, endedBy])).toEqual([
    ["ended", "guest"],
    ["ended", "replaced"],
  ]);
  expect(await end()).toBe(409);
});

test("staff end a key once: its box is asked, and says so; who did it stands on the timeline and in the log", async () => {
  const answers = await Promise.all([end(), end(), end()]);
  expect(answers).toEqual([202, 202, 202]);
  const orders = await pulled();
  expect(orders).toMatchObject([{ kind: "credential.revoke", deviceId: ids.deviceId }]);
  expect(await list()).toMatchObject([{ state: "ending", orderedBy: "Owner", endedAt: null }]);
  expect((await answer(orders[0]?.id, "done")).status).toBe(204);
  expect(await list()).toMatchObject([{ state: "ended", endedBy: "staff", orderedBy: "Owner" }]);
  expect(await end(), "as told by the answer").toBe(202);
  expect(await pulled()).toHaveLength(1);
  await box.push([box.write("credential.revoked", { ...ids, by: "staff" }, site.now())]);
  type Timeline = { moments: { what: string; staffName: string | null; branchName: string }[] };
  const told = await askUntil(
    () => owner.get<Timeline>(`/api/v1/customers/${customerId}/timeline?kind=wifi-key`),
    ({ moments }) => moments.length === 2,
  );
  expect(told.moments).toMatchObject([
    { what: "staff", staffName: "Owner", branchName: "Hồ Gươm" },
    { what: "issued", staffName: null },
  ]);
  const { entries } = await owner.get<{
    entries: { kind: string; actorName: string; after: unknown }[];
  }>("/api/v1/audit");
  // The other calls are told of too, as such that changed nothing.
  const changes = entries.filter(({ kind, after }) => kind === "member-keys" && after !== null);
  expect(changes).toMatchObject([{ actorName: "Owner", after: { isEnded: true } }]);
});

test("an order waits for a box that is offline, for weeks; one that it never heard of can be given again", async () => {
  expect(await end()).toBe(202);
  const [order] = await pulled();
  const days = (Date.parse(order?.expiresAt ?? "") - site.now().getTime()) / DAY_MS;
  expect(days).toBeCloseTo(60, 1);
  site.passSeconds((10 * DAY_MS) / 1000);
  expect(await pulled()).toMatchObject([{ id: order?.id }]);
  expect(await list()).toMatchObject([{ state: "ending" }]);
  for (const table of ["box_commands", "member_key_orders"])
    await site.asAdministrator(`update ${table} set expires_at = $2 where tenant_id = $1`, [
      ...[owner.tenantId, site.now()],
    ]);
  expect(await pulled()).toEqual([]);
  expect(await list()).toMatchObject([{ state: "unheard" }]);
  expect(await end()).toBe(202);
  expect(await pulled()).toHaveLength(1);
});

test("a box of an older release cannot: that is told, and it can be asked again", async () => {
  await end();
  await answer((await pulled())[0]?.id, "not-supported");
  expect(await list()).toMatchObject([{ state: "unable" }]);
  expect(await end()).toBe(202);
  expect(await pulled()).toHaveLength(2);
  expect(await list()).toMatchObject([{ state: "ending" }]);
});

test("only staff of the branch that gave it, who may send devices off, end a key", async () => {
  const [key] = await list();
  const elsewhere = await owner.addBranch({ name: "Bến Thành" });
  const other = await site.addStaffOf(owner, [elsewhere.id]);
  const own = await site.addStaffOf(owner, [box.branchId]);
  const viewer = await site.addViewer(owner);
  const stranger = await site.addOwner("Other");
  expect(await end(other, key?.id)).toBe(404);
  expect(await end(viewer, key?.id)).toBe(403);
  expect(await end(stranger, key?.id)).toBe(404);
  expect(await pulled()).toEqual([]);
  expect((await other.request("GET", path())).status).toBe(404);
  expect(await list(viewer)).toHaveLength(1);
  expect(await end(own, key?.id)).toBe(202);
  expect(await pulled()).toHaveLength(1);
});

test("no key is ended by another customer's address, and none that is not there", async () => {
  const [key] = await list();
  const minh = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId: box.branchId, values: { name: "Minh" } },
  });
  const { id } = minh.body as { id: string };
  const wrong = `/api/v1/customers/${id}/member-keys/${key?.id}/end`;
  expect((await owner.request("POST", wrong)).status).toBe(404);
  expect(await end(owner, uuidv7())).toBe(404);
  const nobody = `/api/v1/customers/${uuidv7()}/member-keys`;
  expect((await owner.request("GET", nobody)).status).toBe(404);
  expect(await pulled()).toEqual([]);
});

test("a key goes with its box, and can be ended no more", async () => {
  const [key] = await list();
  await owner.request("DELETE", `/api/v1/branches/${box.branchId}/boxes/${box.boxId}`);
  expect(await list()).toMatchObject([{ state: "ended", endedBy: "box-removed" }]);
  expect(await end(owner, key?.id)).toBe(409);
});

test("whoever is forgotten has no key in the cloud any more, and none that is told of late", async () => {
  await end();
  const count = async (table: string) =>
    (
      await site.readAsAdministrator<{ count: number }>(
        `select count(*)::integer as count from ${table} where tenant_id = $1`,
        [owner.tenantId],
      )
    )[0]?.count;
  expect([await count("member_keys"), await count("member_key_orders")]).toEqual([1, 1]);
  const asked = { requestId: uuidv7(), ...ids, nasId: NAS_ID, language: "vi" } as const;
  await box.push([
    box.write("credential.revoked", { ...ids, by: "forgotten" }, site.now()),
    box.write("guest.deletion-requested", asked, site.now()),
  ]);
  expect(
    await askUntil(
      () => count("member_keys"),
      (left) => left === 0,
    ),
  ).toBe(0);
  expect(await count("member_key_orders")).toBe(0);
  const late = box.write("credential.issued", ids, site.now());
  const other = { deviceId: uuidv7(), guestId: uuidv7() };
  await box.push([late, box.write("credential.issued", other, site.now())]);
  const rows = () =>
    site.readAsAdministrator<{ id: string }>(
      "select guest_id as id from member_keys where tenant_id = $1",
      [owner.tenantId],
    );
  expect(await askUntil(rows, (all) => all.length > 0)).toEqual([{ id: other.guestId }]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { ActionReply, ActionsReply, LeftReply, PreviewReply } from "./schema.ts";
import { BATCH_CUSTOMERS } from "./steps.ts";

let site: TestSite;
let owner: TestStaff;
let hereId: string;
let thereId: string;

type Row = {
  id: string;
  name: string;
  marks?: { group: { id: string } | null; tags: { id: string; name: string }[] };
};
type Customers = { customers: Row[]; total: number; nextCursor: string | null };
type Made = { id: string };

/** More than one batch of them at one branch, a few at another. */
const HERE = BATCH_CUSTOMERS + 20;
const THERE = 5;

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  hereId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  thereId = (await owner.addBranch({ name: "Hội An" })).id;
  await bringIn({ branchId: hereId, from: 0, until: HERE, name: "Lan" });
  await bringIn({ branchId: thereId, from: HERE, until: HERE + THERE, name: "Minh" });
  await askUntil(
    () => owner.get<Customers>("/api/v1/customers?limit=1"),
    ({ total }) => total === HERE + THERE,
    60_000,
  );
}, 120_000);
afterAll(() => site?.close());

type Brought = { branchId: string; from: number; until: number; name: string };

/** Customers out of a file: many of them, soon. */
async function bringIn({ branchId, from, until, name }: Brought): Promise<void> {
  const rows = Array.from({ length: until - from }, (_, index) => {
    const number = from + index;
    return `${name} ${number},091${1_000_000 + number}`;
  });
  const bytes = Buffer.from(["name,phone", ...rows].join("\n"));
  const sent = await owner.upload("/api/v1/imports?name=customers.csv", bytes);
  const path = `/api/v1/imports/${(sent.body as Made).id}`;
  const is = (wanted: string) =>
    askUntil(
      () => owner.get<{ state: string }>(path),
      ({ state }) => state === wanted,
      60_000,
    );
  const plan = { columns: ["name", "phone"], branchId, country: "VN", replace: false };
  expect((await owner.request("PUT", `${path}/plan`, plan)).status).toBeLessThan(300);
  await is("checked");
  await owner.request("POST", `${path}/run`);
  await is("finished");
}

let names = 0;
async function make(noun: "tags" | "groups"): Promise<string> {
  names += 1;
  const answer = await owner.request("POST", `/api/v1/${noun}`, { name: `Mark ${names}` });
  return (answer.body as Made).id;
}

const list = (query: string) =>
  owner.get<Customers>(`/api/v1/customers?columns=group,tags&${query}`);
const countOf = async (markId: string) => (await list(`markId=${markId}&limit=1`)).total;
const find = (staff: TestStaff, id: string) =>
  staff.get<ActionReply>(`/api/v1/customer-actions/${id}`);
const ended = (id: string, states: readonly string[] = ["finished", "failed"]) =>
  askUntil(
    () => find(owner, id),
    ({ state }) => states.includes(state),
  );

type Asked = { filter: object; kind: string; markId: string | null };

async function begin(asked: Asked, staff = owner): Promise<ActionReply> {
  const counted = await staff.request("POST", "/api/v1/customer-actions/preview", asked);
  const { customers } = counted.body as PreviewReply;
  const begun = await staff.request("POST", "/api/v1/customer-actions", { ...asked, customers });
  expect(begun.status, JSON.stringify(begun.body)).toBe(201);
  return begun.body as ActionReply;
}

async function undo(id: string): Promise<ActionReply> {
  const answer = await owner.request("POST", `/api/v1/customer-actions/${id}/undo`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return ended(id, ["undone"]);
}

/** Somebody bound to one branch. */
async function addManager(branchId: string): Promise<TestStaff> {
  const viewer = await site.addViewer(owner);
  const { staff } = await owner.get<{ staff: { id: string; email: string }[] }>("/api/v1/staff");
  const { id } = staff.find(({ email }) => email === viewer.email) ?? { id: "" };
  const scope = { kind: "branches", branchIds: [branchId] };
  const grants = [{ role: "manager", ownRoleId: null, scope }];
  const answer = await owner.request("PUT", `/api/v1/staff/${id}/grants`, { grants });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return viewer;
}

test("a tag is given to all that a filter means, in batches, and taken back from all of them", async () => {
  const tagId = await make("tags");
  const filter = { search: "Lan" };
  const preview = await owner.request("POST", "/api/v1/customer-actions/preview", {
    ...{ filter, kind: "add-tag", markId: tagId },
  });
  expect(preview.body).toEqual({ customers: HERE, changing: HERE });
  expect(await countOf(tagId)).toBe(0);
  const begun = await begin({ filter, kind: "add-tag", markId: tagId });
  expect(begun).toMatchObject({ state: "running", total: HERE, staffName: "Owner" });
  const done = await ended(begun.id);
  expect(done).toMatchObject({
    ...{ state: "finished", done: HERE, changed: HERE, refused: 0, mayUndo: true },
  });
  expect(await countOf(tagId)).toBe(HERE);
  const undone = await undo(begun.id);
  expect(undone).toMatchObject({ undone: HERE, left: 0, mayUndo: false });
  expect(await countOf(tagId)).toBe(0);
});

test("undoing leaves those alone whom somebody has changed since, though they are as they were made", async () => {
  const tagId = await make("tags");
  const begun = await begin({ filter: { search: "Minh" }, kind: "add-tag", markId: tagId });
  await ended(begun.id);
  const [taken, again] = (await list(`markId=${tagId}`)).customers;
  const set = (id: string | undefined, tagIds: string[]) =>
    owner.request("PUT", `/api/v1/customers/${id}/tags`, { tagIds });
  await set(taken?.id, []);
  // By hand it went and came: the last word on it is that person's.
  await set(again?.id, []);
  await set(again?.id, [tagId]);
  const undone = await undo(begun.id);
  expect(undone).toMatchObject({ changed: THERE, undone: THERE - 2, left: 2 });
  expect(undone.reasons).toEqual([{ reason: "changed-since", customers: 2 }]);
  const { customers } = await owner.get<LeftReply>(`/api/v1/customer-actions/${begun.id}/left`);
  expect(new Set(customers.map(({ id }) => id))).toEqual(new Set([taken?.id, again?.id]));
  expect((await list(`markId=${tagId}`)).customers.map(({ id }) => id)).toEqual([again?.id]);
});

test("a group is set and each comes back into the one they were in, or into none", async () => {
  const [old, next] = [await make("groups"), await make("groups")];
  const [first, ...rest] = (await list("search=Minh")).customers;
  await owner.request("PUT", `/api/v1/customers/${first?.id}/group`, { groupId: old });
  const customerIds = [first, rest[0]].map((row) => row?.id);
  const begun = await begin({ filter: { customerIds }, kind: "set-group", markId: next });
  expect(begun.total).toBe(2);
  expect(await ended(begun.id)).toMatchObject({ changed: 2 });
  expect(await countOf(next)).toBe(2);
  expect(await undo(begun.id)).toMatchObject({ undone: 2, left: 0 });
  const after = (await list("search=Minh")).customers;
  const groupOf = (id?: string) => after.find((row) => row.id === id)?.marks?.group?.id ?? null;
  expect([groupOf(first?.id), groupOf(rest[0]?.id)]).toEqual([old, null]);
});

test("what a rule gave, and what a box would not take in, is refused with its reason", async () => {
  const tagId = await make("tags");
  const [held] = (await list("search=Minh")).customers;
  await owner.request("PUT", `/api/v1/customers/${held?.id}/tags`, { tagIds: [tagId] });
  await site.asAdministrator("update customer_marks set by_rule = true where mark_id = $1", [
    tagId,
  ]);
  const filter = { search: "Minh" };
  const begun = await begin({ filter: { markId: tagId }, kind: "remove-tag", markId: tagId });
  expect(await ended(begun.id)).toMatchObject({ changed: 0, refused: 1, mayUndo: false });
  const many = await Promise.all(Array.from({ length: 50 }, () => make("tags")));
  await owner.request("PUT", `/api/v1/customers/${held?.id}/tags`, { tagIds: many.slice(0, 49) });
  const more = await begin({ filter, kind: "add-tag", markId: many.at(-1) ?? null });
  const done = await ended(more.id);
  expect(done).toMatchObject({ changed: THERE - 1, refused: 1 });
  expect(done.reasons).toEqual([{ reason: "too-many-tags", customers: 1 }]);
  await site.asAdministrator("delete from customer_marks where customer_id = $1", [held?.id]);
});

test("somebody bound to a branch counts, changes and sees only whom that branch knows", async () => {
  const tagId = await make("tags");
  const manager = await addManager(thereId);
  const begun = await begin({ filter: {}, kind: "add-tag", markId: tagId }, manager);
  expect(begun.total).toBe(THERE);
  await ended(begun.id);
  expect((await list(`markId=${tagId}`)).customers.every(({ name }) => /^Minh/.test(name))).toBe(
    true,
  );
  expect(await countOf(tagId)).toBe(THERE);
  // Nobody of another branch, though named.
  const [lan] = (await list("search=Lan&limit=1")).customers;
  const one = { filter: { customerIds: [lan?.id] }, kind: "add-tag", markId: tagId };
  const refused = await manager.request("POST", "/api/v1/customer-actions", {
    ...{ ...one, customers: 1 },
  });
  expect(refused.status).toBe(409);
  const whole = await begin({ filter: { search: "Minh 5" }, kind: "remove-tag", markId: tagId });
  await ended(whole.id);
  const { actions } = await manager.get<ActionsReply>("/api/v1/customer-actions");
  expect(actions.map(({ id }) => id)).toEqual([begun.id]);
  for (const path of ["", "/left"]) {
    const answer = await manager.request("GET", `/api/v1/customer-actions/${whole.id}${path}`);
    expect(answer.status).toBe(404);
  }
  const stop = await manager.request("POST", `/api/v1/customer-actions/${whole.id}/undo`);
  expect(stop.status).toBe(404);
});

test("more than were confirmed are refused, and so is what names nothing", async () => {
  const tagId = await make("tags");
  const send = (body: object) => owner.request("POST", "/api/v1/customer-actions", body);
  const sound = { filter: { search: "Minh" }, kind: "add-tag", markId: tagId };
  const few = await send({ ...sound, customers: THERE - 1 });
  expect(few).toMatchObject({ status: 409, body: { field: "/customers" } });
  const none = await send({ ...sound, filter: { search: "Nobody" }, customers: 1 });
  expect(none).toMatchObject({ status: 409, body: { field: "/filter" } });
  const gone = await send({ ...sound, markId: crypto.randomUUID(), customers: THERE });
  expect(gone).toMatchObject({ status: 400, body: { field: "/markId" } });
  const without = await send({ ...sound, markId: null, customers: THERE });
  expect(without).toMatchObject({ status: 400, body: { field: "/markId" } });
  const senseless = await send({ ...sound, filter: { tree: { kind: "all" } }, customers: THERE });
  expect(senseless.status).toBe(400);
  expect(await countOf(tagId)).toBe(0);
});

test("an action goes by conditions as well as by a search", async () => {
  const tagId = await make("tags");
  const tree = {
    kind: "all",
    of: [{ kind: "field", field: "name", test: { is: "begins", text: "Minh" } }],
  };
  const begun = await begin({ filter: { tree }, kind: "add-tag", markId: tagId });
  expect(await ended(begun.id)).toMatchObject({ state: "finished", changed: THERE });
});

/** What a process that was killed in the middle leaves behind, and the job that finds it. */
async function leaveHalfway(id: string, changes: string, values: readonly unknown[] = []) {
  await site.asAdministrator(
    `update customer_actions set state = 'running', finished_at = null, ${changes} where id = $1`,
    [id, ...values],
  );
  await site.asAdministrator(
    `select graphile_worker.add_job('customer-lists.run', json_build_object('tenantId', $1::text,
       'payload', json_build_object('actionId', $2::text)))`,
    [owner.tenantId, id],
  );
}

test("a run that was killed is begun again by itself, goes on where it was and counts nobody twice", async () => {
  const tagId = await make("tags");
  const begun = await begin({ filter: { search: "Minh" }, kind: "add-tag", markId: tagId });
  await ended(begun.id);
  // The next run was put in before this one began: it finds nothing to do, or goes on.
  const waiting = await site.readAsAdministrator<{ late: boolean }>(
    `select run_at > now() as late from graphile_worker.jobs where key = $1`,
    [`${owner.tenantId}:customer-lists.run:${begun.id}`],
  );
  expect(waiting).toEqual([{ late: true }]);
  const ids = (await list(`markId=${tagId}`)).customers.map(({ id }) => id).toSorted();
  const halfway = "done_to = $2, done = 3, changed = 3";
  await leaveHalfway(begun.id, halfway, [ids[2]]);
  expect(await ended(begun.id)).toMatchObject({ done: THERE, changed: 3 });
  expect(await countOf(tagId)).toBe(THERE);
});

test("an action whose tag was removed meanwhile fails and says so", async () => {
  const tagId = await make("tags");
  const begun = await begin({ filter: { search: "Minh" }, kind: "add-tag", markId: tagId });
  await ended(begun.id);
  expect((await owner.request("DELETE", `/api/v1/tags/${tagId}`)).status).toBe(204);
  await leaveHalfway(begun.id, "done_to = '00000000-0000-0000-0000-000000000000', done = 0");
  expect(await ended(begun.id)).toMatchObject({ state: "failed", failure: "mark-gone" });
});

test("an action stops when the right of who began it is taken away, says so, and is undone by others", async () => {
  const manager = await addManager(thereId);
  const tagId = await make("tags");
  const asked = { filter: { search: "Minh" }, kind: "add-tag", markId: tagId };
  const begun = await begin(asked, manager);
  await ended(begun.id);
  const { staff } = await owner.get<{ staff: { id: string; email: string }[] }>("/api/v1/staff");
  const { id } = staff.find(({ email }) => email === manager.email) ?? { id: "" };
  const allow = async (role: string, scope: object) => {
    const grants = [{ role, ownRoleId: null, scope }];
    const answer = await owner.request("PUT", `/api/v1/staff/${id}/grants`, { grants });
    expect(answer.status).toBeLessThan(300);
  };
  // As if most of it were still to come: their role does not hold it, or not there, or nothing.
  const [one] = (await list(`markId=${tagId}`)).customers.map((each) => each.id).toSorted();
  const halfway = "done_to = $2, done = 1, changed = 1";
  const stopsFor = async (why: string) => {
    await leaveHalfway(begun.id, halfway, [one]);
    expect(await ended(begun.id), why).toMatchObject({
      ...{ state: "failed", failure: "right-gone", done: 1, changed: 1 },
    });
  };
  await allow("cashier", { kind: "branches", branchIds: [thereId] });
  await stopsFor("another role");
  await allow("manager", { kind: "branches", branchIds: [hereId] });
  await stopsFor("another branch");
  // Given back, it is done to its end by whoever begins it anew.
  await allow("manager", { kind: "tenant" });
  await leaveHalfway(begun.id, halfway, [one]);
  expect(await ended(begun.id)).toMatchObject({ state: "finished", done: THERE });
  expect((await owner.request("DELETE", `/api/v1/staff/${id}`)).status).toBeLessThan(300);
  await stopsFor("no member");
  expect(await undo(begun.id)).toMatchObject({ state: "undone" });
});

test("one that is stopped stays stopped, and is undone as far as it came", async () => {
  const tagId = await make("tags");
  const begun = await begin({ filter: { search: "Minh" }, kind: "add-tag", markId: tagId });
  await ended(begun.id);
  const path = `/api/v1/customer-actions/${begun.id}/cancel`;
  expect((await owner.request("POST", path)).status).toBe(409);
  await site.asAdministrator(
    "update customer_actions set state = 'running', finished_at = null where id = $1",
    [begun.id],
  );
  const stopped = await owner.request("POST", path);
  expect(stopped.body).toMatchObject({ state: "cancelled", mayUndo: true });
  expect(await undo(begun.id)).toMatchObject({ undone: THERE });
  expect(await countOf(tagId)).toBe(0);
});

test("the audit log tells of an action once, with how many had it before and after", async () => {
  const tagId = await make("tags");
  const [first] = (await list("search=Minh")).customers;
  await owner.request("PUT", `/api/v1/customers/${first?.id}/tags`, { tagIds: [tagId] });
  const begun = await begin({ filter: { search: "Minh" }, kind: "add-tag", markId: tagId });
  await ended(begun.id);
  type Entries = { entries: { action: string; before: unknown; after: unknown }[] };
  const read = () => owner.get<Entries>(`/api/v1/audit?kind=customer-actions&recordId=${begun.id}`);
  const { entries } = await read();
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({
    action: "POST /api/v1/customer-actions",
    before: { customersWithIt: 1 },
    after: { customersWithIt: THERE, changed: THERE - 1, action: "add-tag" },
  });
  await undo(begun.id);
  expect((await read()).entries).toHaveLength(2);
  type Moments = { moments: { kind: string; what: string | null; staffName: string | null }[] };
  const [other] = (await list("search=Minh")).customers.filter(({ id }) => id !== first?.id);
  const moments = await askUntil(
    () => owner.get<Moments>(`/api/v1/customers/${other?.id}/timeline?kind=mark`),
    (reply) => reply.moments[0]?.what === "untagged" && reply.moments[1]?.what === "tagged",
  );
  expect(moments.moments[1]).toMatchObject({ what: "tagged", staffName: "Owner" });
});

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import {
  APP_ID,
  APP_SECRET,
  OA_ID,
  OA_SECRET_KEY,
  openZaloAccount,
  tellOf,
  type ZaloAccount,
} from "../../../test/zalo-account.ts";
import type { CustomerListReply, CustomerReply } from "../customers/index.ts";
import type { AccountReply, AccountsReply, FollowsReply } from "./schema.ts";

let site: TestSite;
let zalo: ZaloAccount;
let owner: TestStaff;
let box: EnrolledBox;
let branchId: string;
let senderId: string;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  zalo = await openZaloAccount();
  owner = await site.addOwner();
  branchId = (await owner.addBranch()).id;
  box = await owner.addBox(branchId);
  const made = await owner.request("POST", "/api/v1/senders", {
    ...{ name: "OA", kind: "zalo" },
    settings: {
      ...{ baseUrl: zalo.url, oauthUrl: zalo.url, oaUrl: zalo.url, appId: APP_ID },
      ...{ templateId: "1", codeParameter: "otp" },
    },
    secrets: { appSecret: APP_SECRET, refreshToken: "refresh-1" },
  });
  senderId = (made.body as { id: string }).id;
});
afterEach(() => zalo.close());

const PATH = "/api/v1/zalo-accounts";
const body = () => ({ oaId: OA_ID, branchId, webhookKey: OA_SECRET_KEY });
const read = async () => (await owner.get<AccountsReply>(PATH)).accounts[0] as AccountReply;
const finish = (state: AccountReply["state"] = "idle") =>
  askUntil(read, (account) => account.finishedAt !== null && account.state === state);

async function connect(): Promise<AccountReply> {
  const answer = await owner.request("PUT", `${PATH}/${senderId}`, body());
  expect(answer).toMatchObject({ status: 200, body: { state: "running" } });
  return finish();
}

async function syncAgain(): Promise<AccountReply> {
  const before = (await read()).beganAt;
  expect((await owner.request("POST", `${PATH}/${senderId}/sync`)).status).toBe(204);
  return askUntil(read, ({ state, beganAt }) => state !== "running" && beganAt !== before);
}

const list = () => owner.get<CustomerListReply>("/api/v1/customers");
const listed = (total: number) => askUntil(list, (answer) => answer.total === total);
async function findOne(search: string): Promise<CustomerReply> {
  const find = () =>
    owner.get<CustomerListReply>(`/api/v1/customers?search=${encodeURIComponent(search)}`);
  const { customers } = await askUntil(find, ({ total }) => total === 1);
  expect(customers).toHaveLength(1);
  return owner.get<CustomerReply>(`/api/v1/customers/${customers[0]?.id}`);
}
const follows = async (id: string) =>
  (await owner.get<FollowsReply>(`/api/v1/customers/${id}/zalo`)).follows;

type Suggestions = {
  suggestions: { kinds: string[]; one: { id: string }; other: { id: string } }[];
};
const suggested = async () =>
  (await owner.get<Suggestions>("/api/v1/customer-suggestions")).suggestions;
const findByName = async (name: string) => {
  const { customers } = await askUntil(list, (answer) =>
    answer.customers.some((each) => each.name === name),
  );
  return customers.find((each) => each.name === name)?.id ?? "";
};
/** Staff say that two records are one person. */
async function join(keptId: string, goneId: string): Promise<void> {
  const asked = await owner.request("POST", "/api/v1/customer-merges", { keptId, goneId });
  expect(asked).toMatchObject({ status: 202 });
  await listed(1);
}

const LAN = {
  display_name: "Lan Xinh 🌸",
  shared_info: { name: "Nguyễn Thị Lan", phone: 84912345678 },
};

test("MC-2.12 followers and what they shared appear and update, an unfollow ends Zalo sends, and a rerun makes no copies", async () => {
  zalo.profiles.set("u1", LAN);
  zalo.profiles.set("u2", { display_name: "Minh" });
  expect((await connect()).result).toEqual({ new: 2, changed: 0, same: 0, leftOut: 0 });
  await listed(2);
  const lan = await findOne("0912345678");
  expect(lan).toMatchObject({ name: "Nguyễn Thị Lan", phone: "+84912345678" });
  expect(lan.fields.every(({ givenBy }) => givenBy === "zalo")).toBe(true);
  expect(lan.consents).toEqual([]);
  expect(await follows(lan.id)).toMatchObject([{ oaId: OA_ID, follows: true }]);
  expect((await syncAgain()).result).toEqual({ new: 0, changed: 0, same: 2, leftOut: 0 });
  zalo.profiles.set("u2", { display_name: "Minh Trần", shared_info: { phone: "0912345679" } });
  expect((await syncAgain()).result).toMatchObject({ new: 0, changed: 1, same: 1 });
  expect((await findOne("0912345679")).name).toBe("Minh Trần");
  expect((await list()).total).toBe(2);
  const { webhookUrl } = await read();
  const left = { event_name: "unfollow", follower: { id: "u1" } };
  expect((await tellOf(webhookUrl, left)).status).toBe(200);
  expect(await follows(lan.id)).toMatchObject([{ oaId: OA_ID, follows: false }]);
  expect(await read()).toMatchObject({ followers: { follows: 1, left: 1 } });
});

test("whoever follows is known at once, and a number they typed is no proof that they are who has it: it suggests", async () => {
  await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
  await listed(1);
  await connect();
  const { webhookUrl } = await read();
  zalo.profiles.set("u1", LAN);
  await tellOf(webhookUrl, { event_name: "follow", follower: { id: "u1" } });
  await listed(2);
  const [lan, follower] = [await findByName("Lan"), await findByName("Nguyễn Thị Lan")];
  expect(await follows(lan)).toEqual([]);
  expect(await follows(follower)).toMatchObject([{ follows: true }]);
  const [pair, ...others] = await suggested();
  expect([pair?.one.id, pair?.other.id].toSorted()).toEqual([lan, follower].toSorted());
  expect([pair?.kinds, others]).toEqual([["phone"], []]);
  await join(lan, follower);
  expect(
    await askUntil(
      () => follows(lan),
      (answer) => answer.length === 1,
    ),
  ).toMatchObject([{ follows: true }]);
  // What she told herself stays.
  expect((await findOne("0912345678")).name).toBe("Lan");
  const shared = { name: "Phạm Đạt", phone: "0912345670" };
  await tellOf(webhookUrl, { event_name: "user_submit_info", sender: { id: "u9" }, info: shared });
  expect(await findOne("0912345670")).toMatchObject({ name: "Phạm Đạt" });
  expect((await list()).total).toBe(2);
});

test("what a follower hands over in the account's form is theirs, and makes no second customer", async () => {
  zalo.profiles.set("u1", { display_name: "Lan Xinh" });
  await connect();
  await listed(1);
  const { webhookUrl } = await read();
  const shared = { name: "Nguyễn Thị Lan", phone: "0912345678" };
  const told = { event_name: "user_submit_info", sender: { id: "u1" }, info: shared };
  expect((await tellOf(webhookUrl, told)).status).toBe(200);
  const lan = await findOne("0912345678");
  expect((await list()).total).toBe(1);
  expect(lan).toMatchObject({ phone: "+84912345678" });
  expect(await follows(lan.id)).toMatchObject([{ oaId: OA_ID, follows: true }]);
  // By somebody who is met here first: their account is known from now on.
  await tellOf(webhookUrl, { ...told, sender: { id: "u9" }, info: { phone: "0912345670" } });
  await findOne("0912345670");
  zalo.profiles.set("u9", { display_name: "Đạt" });
  expect((await syncAgain()).result).toMatchObject({ new: 0, leftOut: 0 });
  expect((await list()).total).toBe(2);
});

test("a number that was typed first is whose who proves it: nobody waits for them with a name and an account", async () => {
  zalo.profiles.set("u1", LAN);
  await connect();
  await listed(1);
  await box.push(box.signIn({ phone: "+84912345678", name: "Hoa" }).events);
  await listed(2);
  const hoa = await findByName("Hoa");
  expect(await follows(hoa)).toEqual([]);
  const page = await owner.get<CustomerReply>(`/api/v1/customers/${hoa}`);
  expect(page).toMatchObject({ name: "Hoa", phone: "+84912345678" });
  expect(await askUntil(suggested, ({ length }) => length === 1)).toMatchObject([
    { kinds: ["phone"] },
  ]);
});

test("a number that another customer has joins nobody, and is told once, however often the list is read", async () => {
  zalo.profiles.set("u1", { display_name: "Lan" });
  await connect();
  await listed(1);
  await box.push(box.signIn({ phone: "+84912345678", name: "Hoa" }).events);
  await listed(2);
  zalo.profiles.set("u1", LAN);
  expect((await syncAgain()).result).toMatchObject({ changed: 1, leftOut: 0 });
  expect(await askUntil(suggested, ({ length }) => length === 1)).toMatchObject([
    { kinds: ["phone"] },
  ]);
  expect((await syncAgain()).result).toMatchObject({ changed: 0, same: 1, leftOut: 0 });
});

test("a refresh token is spent once, however many ask, and a token that was refused is renewed", async () => {
  for (let index = 0; index < 130; index += 1)
    zalo.profiles.set(`u${index}`, { display_name: `Khách ${index}` });
  const done = await connect();
  expect(done).toMatchObject({ place: 130, total: 130, result: { new: 130 } });
  await listed(130);
  zalo.revoke();
  expect((await syncAgain()).result).toMatchObject({ new: 0, same: 130 });
  expect(zalo.spent).toEqual(["refresh-1", "refresh-2"]);
});

test("who left without a word is found by the next run, and a late word changes nothing", async () => {
  zalo.profiles.set("u1", LAN);
  zalo.profiles.set("u2", { display_name: "Minh" });
  await connect();
  await listed(2);
  const lan = await findOne("0912345678");
  zalo.profiles.delete("u1");
  await syncAgain();
  expect(await follows(lan.id)).toMatchObject([{ follows: false }]);
  const { webhookUrl } = await read();
  const at = new Date(Date.now() - 60 * 60 * 1000);
  await tellOf(webhookUrl, { event_name: "follow", follower: { id: "u1" } }, { at });
  expect(await follows(lan.id)).toMatchObject([{ follows: false }]);
});

test("only what is signed with the account's key, and of today, is believed", async () => {
  await connect();
  const { webhookUrl } = await read();
  const event = { event_name: "follow", follower: { id: "u1" } };
  expect((await tellOf(webhookUrl, event, { key: "another" })).status).toBe(401);
  expect((await fetch(webhookUrl, { method: "POST", body: JSON.stringify(event) })).status).toBe(
    401,
  );
  const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
  expect((await tellOf(webhookUrl, event, { at: old })).status).toBe(400);
  const elsewhere = webhookUrl.replace(owner.tenantId, (await site.addOwner()).tenantId);
  expect((await tellOf(elsewhere, event)).status).toBe(401);
  expect((await read()).lastEventAt).toBeNull();
  expect((await tellOf(webhookUrl, { event_name: "user_seen_message" })).status).toBe(200);
  expect((await read()).lastEventAt).not.toBeNull();
});

test("a run that Zalo refuses says why, one is cancelled, and a removed account leaves its customers", async () => {
  zalo.state.failure = -210;
  await owner.request("PUT", `${PATH}/${senderId}`, body());
  expect(await finish("failed")).toMatchObject({ failure: "refused" });
  zalo.state.failure = null;
  zalo.profiles.set("u1", LAN);
  await syncAgain();
  await listed(1);
  expect((await owner.request("POST", `${PATH}/${senderId}/cancel`)).status).toBe(204);
  expect((await owner.request("DELETE", `${PATH}/${senderId}`)).status).toBe(204);
  expect((await owner.request("POST", `${PATH}/${senderId}/sync`)).status).toBe(404);
  expect((await list()).total).toBe(1);
});

test("CNV-8.1 a connection shows its last run, counts and errors, and is run again safely, also twice at once", async () => {
  zalo.profiles.set("u1", LAN);
  zalo.state.failure = -210;
  await owner.request("PUT", `${PATH}/${senderId}`, body());
  const failed = await finish("failed");
  expect(failed).toMatchObject({ failure: "refused", result: { new: 0 } });
  zalo.state.failure = null;
  const good = await syncAgain();
  expect(good).toMatchObject({ state: "idle", failure: null, place: 1, total: 1 });
  expect(good).toMatchObject({ result: { new: 1, changed: 0, same: 0, leftOut: 0 } });
  expect(Date.parse(good.finishedAt ?? "")).toBeGreaterThanOrEqual(
    Date.parse(failed.finishedAt ?? ""),
  );
  await listed(1);
  const before = (await read()).beganAt;
  const sync = () => owner.request("POST", `${PATH}/${senderId}/sync`);
  const answers = await Promise.all([sync(), sync(), sync()]);
  expect(answers.filter(({ status }) => status === 204).length).toBeGreaterThan(0);
  expect(answers.every(({ status }) => status === 204 || status === 409)).toBe(true);
  const again = await askUntil(
    read,
    ({ state, beganAt }) => state === "idle" && beganAt !== before,
  );
  expect(again).toMatchObject({ result: { new: 0, changed: 0, same: 1, leftOut: 0 } });
  expect((await list()).total).toBe(1);
});

test.each([
  ["that Zalo takes", null],
  ["that Zalo refuses", -210],
])("a run %s, begun anew while it asks, ends as the new one", async (_what, failure) => {
  await connect();
  zalo.profiles.set("u1", LAN);
  const { promise, resolve } = Promise.withResolvers<void>();
  zalo.hold(promise);
  zalo.state.failure = failure;
  const calls = zalo.state.calls;
  const sync = () => owner.request("POST", `${PATH}/${senderId}/sync`);
  expect((await sync()).status).toBe(204);
  await expect.poll(() => zalo.state.calls).toBeGreaterThan(calls);
  const { beganAt } = await read();
  zalo.state.failure = null;
  for (const answer of await Promise.all([sync(), sync(), sync()])) expect(answer.status).toBe(204);
  resolve();
  const ended = await askUntil(read, ({ state }) => state !== "running");
  expect(ended).toMatchObject({ state: "idle", failure: null, place: 1, total: 1 });
  expect(ended.beganAt).not.toBe(beganAt);
});

test("part of MC-2.13: viewers change nothing, no other company sees the account, and no key is given back", async () => {
  await connect();
  const viewer = await site.addViewer(owner);
  expect((await viewer.request("PUT", `${PATH}/${senderId}`, body())).status).toBe(403);
  expect((await viewer.request("POST", `${PATH}/${senderId}/sync`)).status).toBe(403);
  expect((await viewer.request("GET", PATH)).status).toBe(200);
  const other = await site.addOwner();
  expect(await other.get(PATH)).toEqual({ accounts: [], senders: [] });
  const taken = await other.request("PUT", `${PATH}/${senderId}`, body());
  expect(taken.status).toBe(404);
  expect(JSON.stringify(await owner.get(PATH))).not.toContain(OA_SECRET_KEY);
});

test("a follower who asked to be forgotten is not brought back by the next run", async () => {
  const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push(events);
  await listed(1);
  zalo.profiles.set("u1", LAN);
  await connect();
  await listed(2);
  await join(await findByName("Lan"), await findByName("Nguyễn Thị Lan"));
  const requestId = crypto.randomUUID();
  const asked = { requestId, guestId, deviceId, nasId: NAS_ID, language: "vi" as const };
  await box.push([box.write("guest.deletion-requested", asked)]);
  await askUntil(read, ({ followers }) => followers.follows + followers.left === 0);
  expect(await site.countPersonal(owner.tenantId, "Nguyễn Thị Lan")).toBe(0);
  expect((await syncAgain()).result).toMatchObject({ new: 0, leftOut: 1 });
  expect(await site.countPersonal(owner.tenantId, "Nguyễn Thị Lan")).toBe(0);
});

test("a follower who typed the number of somebody who is forgotten stays, and without it", async () => {
  zalo.profiles.set("u1", LAN);
  await connect();
  await listed(1);
  const hoa = box.signIn({ phone: "+84912345678", name: "Hoa" });
  await box.push(hoa.events);
  await listed(2);
  const { guestId, deviceId } = hoa;
  const asked = { requestId: crypto.randomUUID(), nasId: NAS_ID, language: "vi" as const };
  await box.push([box.write("guest.deletion-requested", { ...asked, guestId, deviceId })]);
  await listed(1);
  const stands = async (name = "Lan") => {
    const lan = await findByName(name);
    expect(await follows(lan)).toMatchObject([{ follows: true }]);
    expect((await owner.get<CustomerReply>(`/api/v1/customers/${lan}`)).phone).toBeNull();
    const found = await owner.get<CustomerListReply>("/api/v1/customers?search=0912345678");
    expect(found.total).toBe(0);
  };
  await stands("Nguyễn Thị Lan");
  expect((await syncAgain()).result).toMatchObject({ same: 1, leftOut: 0 });
  zalo.profiles.set("u1", { ...LAN, shared_info: { ...LAN.shared_info, name: "Lan" } });
  expect((await syncAgain()).result).toMatchObject({ changed: 1, leftOut: 0 });
  await owner.request("POST", "/api/v1/replays", { feature: "customers" });
  const progress = () =>
    owner.get<{ features: { replayUntil: number | null }[] }>("/api/v1/replays");
  await askUntil(progress, ({ features }) => features.every((each) => each.replayUntil === null));
  await stands();
});

test("part of MC-2.12: a follower goes along with a merge, comes back with its undo, and is forgotten on staff's word", async () => {
  await box.push(box.signIn({ phone: "+84912345670", name: "Minh" }).events);
  await listed(1);
  zalo.profiles.set("u1", LAN);
  await connect();
  await listed(2);
  const [minh, lan] = [await findOne("0912345670"), await findOne("0912345678")];
  const merge = { keptId: minh.id, goneId: lan.id };
  const merged = await owner.request("POST", "/api/v1/customer-merges", merge);
  expect(merged).toMatchObject({ status: 202 });
  const isFollower = (id: string, isSo: boolean) =>
    askUntil(
      () => follows(id),
      (answer) => (answer.length === 1) === isSo,
    );
  expect(await isFollower(minh.id, true)).toMatchObject([{ oaId: OA_ID, follows: true }]);
  // A run finds the one whom they are now.
  zalo.profiles.set("u1", { display_name: "Lan Xinh" });
  expect((await syncAgain()).result).toMatchObject({ new: 0, leftOut: 0 });
  const undo = `/api/v1/customer-merges/${(merged.body as { id: string }).id}/undo`;
  expect((await owner.request("POST", undo)).status).toBe(202);
  expect(await isFollower(lan.id, true)).toHaveLength(1);
  expect(await isFollower(minh.id, false)).toEqual([]);
  const requests = `/api/v1/customers/${lan.id}/requests`;
  const noted = await owner.request("POST", requests, { kind: "deletion" });
  const { id } = noted.body as { id: string };
  const outcome = await owner.request("POST", `${requests}/${id}/outcome`, { outcome: "done" });
  expect(outcome.status).toBe(204);
  await askUntil(read, ({ followers }) => followers.follows + followers.left === 0);
  expect((await syncAgain()).result).toMatchObject({ new: 0, leftOut: 1 });
});

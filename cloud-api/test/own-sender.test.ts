import type { BranchSettings, CodeChannel } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EnrolledBox, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

const SECRET = "secret-of-a-test";
const SENDER = {
  ...{ name: "SMS gateway", kind: "http-gateway" },
  settings: {
    ...{ url: "https://sms.example/send?to={{phone}}", method: "POST", body: '{"otp":"{{code}}"}' },
    ...{ contentType: "application/json", headerName: "x-key" },
    ...{ statusMin: "200", statusMax: "201", bodyIncludes: "ok" },
  },
  secrets: { headerValue: SECRET },
};
type Chain = { version: number; ownSenderId: string | null };

let site: TestSite;
let owner: TestStaff;
let branchId: string;
let box: EnrolledBox;
let senderId: string;
beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  branchId = (await owner.addBranch()).id;
  box = await owner.addBox(branchId);
  senderId = await add(SENDER);
});

async function add(body: object): Promise<string> {
  const made = await owner.request("POST", "/api/v1/senders", body);
  expect(made.status).toBe(201);
  return (made.body as { id: string }).id;
}

const pathOf = (id = branchId) => `/api/v1/branches/${id}/code-channels`;
async function choose(ownSenderId: string | null, staff = owner) {
  const { version } = await owner.get<Chain>(pathOf());
  const rest = { steps: [], messagesPerDay: null, numbersFrom: [] };
  return await staff.request("PUT", pathOf(), { ...rest, version, ownSenderId });
}
/** What a box is told to send by. */
async function listTold(of = box): Promise<CodeChannel[]> {
  const reply = await of.pull({ settings: 0, guests: 1e9, coupons: 1e9 });
  return (reply?.settings as BranchSettings | undefined)?.signIn.phone.channels ?? [];
}

test("a branch's boxes are told by what they send themselves, secret and all, and staff are told its name alone", async () => {
  expect((await choose(senderId)).body).toMatchObject({ ownSenderId: senderId });
  expect(await listTold()).toEqual([
    {
      ...{ kind: "http-gateway", method: "POST", url: SENDER.settings.url, timeoutSeconds: 10 },
      ...{ headers: { "content-type": "application/json", "x-key": SECRET } },
      bodyTemplate: SENDER.settings.body,
      success: { statusMin: 200, statusMax: 201, bodyIncludes: "ok" },
    },
  ]);
  const settings = await owner.get<BranchSettings>(`/api/v1/branches/${branchId}/settings`);
  const [chain, senders, audit] = await Promise.all([
    owner.get(pathOf()),
    owner.get("/api/v1/senders"),
    owner.get("/api/v1/audit"),
  ]);
  expect(JSON.stringify([settings, chain, senders, audit])).not.toContain(SECRET);
  expect(JSON.stringify(audit)).toContain(senderId);
  // Another branch's box is told nothing of it.
  const other = await owner.addBranch({ name: "Tây Hồ" });
  expect(await listTold(await owner.addBox(other.id))).toEqual([{ kind: "outbox" }]);
});

test("they go by a sender as it is changed, which stays while they do, and by none once it is taken out", async () => {
  await choose(senderId);
  const path = `/api/v1/senders/${senderId}`;
  const secrets = { headerValue: "another-of-a-test" };
  expect((await owner.request("PUT", path, { ...SENDER, secrets })).status).toBe(200);
  expect(await listTold()).toMatchObject([{ headers: { "x-key": "another-of-a-test" } }]);
  const settings = { ...SENDER.settings, statusMin: "300" };
  const unusable = await owner.request("PUT", path, { ...SENDER, settings });
  expect(unusable).toMatchObject({ status: 400, body: { field: "/settings" } });
  expect(await listTold()).toMatchObject([{ success: { statusMin: 200 } }]);
  const { senders } = await owner.get<{ senders: { usedBy: object[] }[] }>("/api/v1/senders");
  expect(senders[0]?.usedBy).toMatchObject([{ branchId }]);
  expect((await owner.request("DELETE", path)).status).toBe(409);
  await choose(null);
  expect(await listTold()).toEqual([{ kind: "outbox" }]);
  expect((await owner.request("DELETE", path)).status).toBe(200);
});

test("a list that is saved without naming one leaves it, behind the cloud's", async () => {
  await choose(senderId);
  const { version } = await owner.get<Chain>(pathOf());
  const steps = [{ senderId, timeoutSeconds: 10 }];
  const saved = await owner.request("PUT", pathOf(), {
    ...{ version, steps, messagesPerDay: null, numbersFrom: [] },
  });
  expect(saved).toMatchObject({ status: 200, body: { ownSenderId: senderId } });
  expect((await listTold()).map(({ kind }) => kind)).toEqual(["cloud", "http-gateway"]);
});

/** What somebody wrote into the branch's settings, key and all. */
async function writeByHand(...urls: string[]): Promise<void> {
  const path = `/api/v1/branches/${branchId}/settings`;
  const settings = await owner.get<BranchSettings>(path);
  const { phone } = settings.signIn;
  phone.channels = urls.map((url) => ({
    ...{ kind: "http-gateway", method: "GET", url, headers: { "x-key": SECRET } },
    ...{ bodyTemplate: null, timeoutSeconds: 5 },
    success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  }));
  expect((await owner.request("PUT", path, settings)).status).toBe(200);
}

type Written = Chain & { boxGateways: { id: string; host: string }[]; boxSendsItself: boolean };
const keep = async (boxGateways: string[], staff = owner) => {
  const { version } = await owner.get<Chain>(pathOf());
  const rest = { steps: [], messagesPerDay: null, numbersFrom: [] };
  return await staff.request("PUT", pathOf(), { ...rest, version, boxGateways });
};

test("a gateway that was written into the settings is seen by its host, and taken out by whoever may", async () => {
  await writeByHand("https://one.example/send?key=k", "https://other.example/send");
  const before = await owner.get<Written>(pathOf());
  expect(before.boxGateways.map(({ host }) => host)).toEqual(["one.example", "other.example"]);
  expect(JSON.stringify(before)).not.toContain(SECRET);
  const [, other] = before.boxGateways;
  const viewer = await site.addViewer(owner);
  expect((await keep([], viewer)).status).toBe(403);
  expect((await keep([other?.id ?? ""])).body).toMatchObject({
    boxGateways: [other],
    boxSendsItself: true,
  });
  expect(await listTold()).toMatchObject([{ url: "https://other.example/send" }]);
  // Saved by who knows nothing of them: they stay.
  expect((await choose(null)).body).toMatchObject({ boxGateways: [other] });
  expect((await keep([])).body).toMatchObject({ boxGateways: [], boxSendsItself: false });
  expect(await listTold()).toEqual([{ kind: "outbox" }]);
});

test("a secret that opens no more holds up nothing else that a box is told", async () => {
  await choose(senderId);
  await site.readAsAdministrator(
    "update sender_secrets set sealed = decode(repeat('00', 40), 'hex') where sender_id = $1",
    [senderId],
  );
  expect(await listTold()).toEqual([]);
});

test("one that was removed, is of another kind or of another company is refused", async () => {
  const esms = await add({
    ...{ name: "eSMS", kind: "esms", secrets: { apiKey: "a-key", secretKey: "b-key" } },
    settings: { baseUrl: "https://rest.esms.example", brandname: "Foyer", smsType: "2" },
  });
  expect(await choose(esms)).toMatchObject({ status: 400, body: { field: "/ownSenderId" } });
  const stranger = await site.addOwner("Spa Sen");
  const theirs = await stranger.request("POST", "/api/v1/senders", SENDER);
  expect((await choose((theirs.body as { id: string }).id)).status).toBe(400);
  const { id } = await stranger.addBranch();
  const version = (await stranger.get<Chain>(pathOf(id))).version;
  const rest = { version, steps: [], messagesPerDay: null, numbersFrom: [] };
  const reached = await stranger.request("PUT", pathOf(id), { ...rest, ownSenderId: senderId });
  expect(reached.status).toBe(400);
  expect((await stranger.request("GET", pathOf())).status).toBe(404);
  expect(await listTold()).toEqual([{ kind: "outbox" }]);
});

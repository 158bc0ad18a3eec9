import { BOX_API, type CertificateReply, type DoorNote } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { TRACE_KEPT_HOURS } from "./rules.ts";
import type { DeviceRuleReply, OnlineSession, TraceReply } from "./schema.ts";

const MAC = "DA-5E-00-53-00-01";
const ZONE = "wifi.example";
/** Nobody listens there. */
const NOBODY = "https://127.0.0.1:1/directory";

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  const way = { kind: "http", url: NOBODY, secret: "a-secret-of-some-length" } as const;
  const named = { directoryUrl: NOBODY, authority: null, contact: null, zone: ZONE };
  site = await openTestSite({ certificates: { ...named, way, nameServers: [], pace: null } });
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
});
afterAll(() => site?.close());

const at = (path: string) => `/api/v1/branches/${box.branchId}/${path}`;
const listOnline = () => staff.get<{ sessions: OnlineSession[]; seesNames: boolean }>(at("online"));
const listRules = async () =>
  (await staff.get<{ rules: DeviceRuleReply[] }>(at("device-rules"))).rules;
const pullRules = async () =>
  (await box.pull({ settings: 0, guests: 1e9 }))?.settings?.deviceRules ?? [];
const pullCommands = async () =>
  (await box.pull({ settings: 99, guests: 1e9, boxCommands: 0 }))?.boxCommands ?? [];
const answer = (commandId: string, outcome: string) =>
  box.call(BOX_API.commandAnswers, {
    answers: [{ commandId, outcome, finishedAt: site.now().toISOString() }],
  });

/** Lan, who is online since ten minutes. */
async function letLanIn() {
  const since = new Date(site.now().getTime() - 10 * 60_000);
  const lan = box.signIn({ phone: "+84912345678", name: "Lan", mac: MAC, at: since });
  const visit = box.visit({ ...lan, startedAt: since, endedAt: null });
  await box.push([...lan.events, ...visit.events]);
  const { sessions } = await askUntil(listOnline, (reply) => reply.sessions[0]?.name === "Lan");
  return { ...lan, ...visit, session: sessions[0] as OnlineSession };
}

const block = (body: object = {}) =>
  staff.request("POST", at("device-rules"), {
    ...{ mac: MAC, kind: "block", reason: "Threw a chair", until: null },
    ...body,
  });

test("whoever is online is told of with device and start, and their name to those who may see it", async () => {
  const { session, sessionId } = await letLanIn();
  expect(session).toMatchObject({
    ...{ id: sessionId, name: "Lan", phone: "+84912345678", mac: MAC, endedAt: null },
    ...{ rule: null, sentOff: null },
  });
  const viewer = await site.addViewer(staff);
  expect((await viewer.request("GET", at("online"))).status).toBe(403);
  const stranger = await site.addOwner("Other");
  expect((await stranger.request("GET", at("online"))).status).toBe(404);
});

test("what is left of a session is told of each volume that its policy limits", async () => {
  const { sessionId, visitId } = await letLanIn();
  type Policies = { version: number; policies: [{ id: string }] };
  const { version, policies } = await staff.get<Policies>(at("access-policies"));
  const volumes = { sessionUploadBytes: 4_000_000, sessionDownloadBytes: null };
  const policy = { ...policies[0], sessionBytes: 60_000_000, ...volumes };
  const saved = await staff.request("PUT", at("access-policies"), { version, policies: [policy] });
  expect(saved.status).toBe(200);
  const usage = { connectedSeconds: 600, uploadBytes: 3_000_000, downloadBytes: 48_000_000 };
  const told = { sessionId, visitId, policyId: policy.id, ...usage };
  await box.push([box.write("session.updated", told, site.now())]);
  const { sessions } = await askUntil(listOnline, (reply) => reply.sessions[0]?.policyId != null);
  expect(sessions[0]).toMatchObject({
    ...{ bytesLeft: 9_000_000, uploadBytesLeft: 1_000_000, downloadBytesLeft: null },
  });
});

test("an order to send somebody off is seen on its way, as done, and as refused with the reason", async () => {
  const { sessionId, deviceId } = await letLanIn();
  const off = () => staff.request("POST", at(`online/${sessionId}/disconnect`));
  expect((await off()).status).toBe(202);
  expect((await listOnline()).sessions[0]?.sentOff?.state).toBe("asked");
  const [command] = await pullCommands();
  expect(command).toMatchObject({ kind: "guest.disconnect", deviceId });
  await answer(command?.id as string, "refused 503");
  expect((await listOnline()).sessions[0]?.sentOff).toMatchObject({
    ...{ state: "refused", outcome: "refused 503" },
  });
  await off();
  await answer((await pullCommands()).at(-1)?.id as string, "acknowledged");
  expect((await listOnline()).sessions[0]?.sentOff).toMatchObject({ state: "done" });
});

test("a session that is over, or another branch's, cannot be ended", async () => {
  const { sessionId } = await letLanIn();
  const other = await staff.addBranch({ name: "Other" });
  const path = `/api/v1/branches/${other.id}/online/${sessionId}/disconnect`;
  expect((await staff.request("POST", path)).status).toBe(404);
});

test("a device that is blocked is told to the boxes and sent off, and is any other's once the rule is gone", async () => {
  const { deviceId } = await letLanIn();
  expect((await block({ mac: "da:5e:00:53:00:01" })).status).toBe(201);
  expect(await pullRules()).toMatchObject([{ mac: MAC, kind: "block", until: null }]);
  expect(await pullCommands()).toMatchObject([{ kind: "guest.disconnect", deviceId }]);
  expect((await listOnline()).sessions[0]?.rule).toBe("block");
  const [rule] = await listRules();
  expect(rule).toMatchObject({
    ...{ mac: MAC, randomised: true, reason: "Threw a chair", isInForce: true },
    createdBy: "Owner",
  });
  const gone = await staff.request("DELETE", at(`device-rules/${rule?.id}`));
  expect(gone.status).toBe(204);
  expect(await pullRules()).toEqual([]);
  expect((await staff.request("DELETE", at(`device-rules/${rule?.id}`))).status).toBe(404);
  expect(await listRules()).toMatchObject([{ isInForce: false }]);
});

test("a later word about a device takes the place of the one before", async () => {
  await block();
  await block({ kind: "allow", reason: "The till" });
  expect(await pullRules()).toMatchObject([{ kind: "allow" }]);
  expect((await listRules()).map(({ isInForce }) => isInForce)).toEqual([true, false]);
});

test("two words about one device at once leave one in force", async () => {
  const answers = await Promise.all([block(), block({ kind: "allow" }), block()]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(await pullRules()).toHaveLength(1);
});

test("a rule that is over counts no more, for boxes that come later either", async () => {
  await block({ until: new Date(site.now().getTime() + 60_000).toISOString() });
  expect(await pullRules()).toHaveLength(1);
  site.passSeconds(61);
  expect(await pullRules()).toEqual([]);
  expect(await listRules()).toMatchObject([{ isInForce: false }]);
});

test.each([
  [{ mac: "01-00-5E-00-00-01" }, "/mac"],
  [{ until: "2020-01-01T00:00:00Z" }, "/until"],
  [{ kind: "allow", policyId: "01990000-0000-7000-8000-00000000dead" }, "/policyId"],
])("a rule with %j is refused, with the field", async (body, field) => {
  const { status, body: told } = await block(body);
  expect(status).toBe(400);
  expect(JSON.stringify(told)).toContain(field);
});

test("who blocked what stands in the change log, without the device's address", async () => {
  await block();
  const rows = await site.readAsAdministrator<{ after: { reason: string } }>(
    "select after from audit_entries where tenant_id = $1 and record_kind = 'device-rules'",
    [staff.tenantId],
  );
  expect(rows).toMatchObject([{ after: { reason: "Threw a chair", kind: "block" } }]);
  expect(JSON.stringify(rows)).not.toContain(MAC);
});

const note = (some: Partial<DoorNote> = {}): DoorNote => ({
  ...{ at: site.now().toISOString(), by: "radius", mac: MAC, nasId: null, asked: "log-in" },
  ...{ answer: "refused", reason: "ticket-expired", policyId: null, ...some },
});
const begin = async (of: string) => {
  const { status, body } = await staff.request("POST", at("traces"), { of });
  expect(status).toBe(202);
  return body as { id: string; of: string; value: string };
};
const read = (id: string) => staff.get<TraceReply>(at(`traces/${id}`));

test("a phone is looked up by its number or its MAC, and the boxes' notes come back in order", async () => {
  const trace = await begin("0912 345 678");
  expect(trace).toMatchObject({ of: "phone", value: "+84912345678" });
  expect(await read(trace.id)).toMatchObject({ boxes: [{ state: "asked" }], notes: [] });
  const [command] = await pullCommands();
  expect(command).toMatchObject({ kind: "guests.trace", about: { phone: "+84912345678" } });
  const since = new Date(site.now().getTime() - 3_600_000).toISOString();
  const earlier = new Date(site.now().getTime() - 60_000).toISOString();
  const notes = [note(), note({ at: earlier, by: "portal", asked: "page", answer: "told" })];
  const sent = await box.call(BOX_API.doorNotes, { commandId: trace.id, notes, since });
  expect(sent.status).toBe(204);
  await answer(trace.id, "done");
  const told = await read(trace.id);
  expect(told.boxes).toMatchObject([{ state: "answered" }]);
  expect(told.notes.map(({ asked }) => asked)).toEqual(["page", "log-in"]);
  expect(await begin("da5e00530001")).toMatchObject({ of: "mac", value: MAC });
});

test("whom was asked about stays neither in the log nor beside the command once it is answered", async () => {
  const trace = await begin("0912 345 678");
  await answer(trace.id, "done");
  const commands = await site.readAsAdministrator<{ about: unknown }>(
    "select about from box_commands where tenant_id = $1",
    [staff.tenantId],
  );
  expect(commands).toEqual([{ about: null }]);
  expect(await site.countPersonal(staff.tenantId, "912345678")).toBe(0);
  const events = await site.listEvents(staff.tenantId, "command.%");
  expect(events.map(({ payload }) => Object.keys(payload).toSorted())).toEqual([
    ["commandId", "kind"],
  ]);
});

test("a box that is too old, or silent, is said to be so", async () => {
  const old = await begin(MAC);
  await answer(old.id, "not-supported");
  expect((await read(old.id)).boxes).toMatchObject([{ state: "too-old" }]);
  const silent = await begin(MAC);
  site.passSeconds(61);
  expect((await read(silent.id)).boxes).toMatchObject([{ state: "no-answer" }]);
});

test("nobody tells notes who was not asked, and nobody reads them without the right, or after a day", async () => {
  const trace = await begin(MAC);
  const since = site.now().toISOString();
  const other = await staff.addBox(box.branchId);
  const told = { commandId: trace.id, notes: [note()], since };
  expect((await other.call(BOX_API.doorNotes, told)).status).toBe(400);
  expect((await box.call(BOX_API.doorNotes, told)).status).toBe(204);
  const viewer = await site.addViewer(staff);
  expect((await viewer.request("GET", at(`traces/${trace.id}`))).status).toBe(403);
  expect((await viewer.request("POST", at("traces"), { of: MAC })).status).toBe(403);
  const elsewhere = await staff.addBranch({ name: "Other" });
  const path = `/api/v1/branches/${elsewhere.id}/traces/${trace.id}`;
  expect((await staff.request("GET", path)).status).toBe(404);
  site.passSeconds(TRACE_KEPT_HOURS * 3600 + 1);
  expect((await staff.request("GET", at(`traces/${trace.id}`))).status).toBe(404);
});

test("what is neither a MAC nor a number is asked of no box", async () => {
  const { status } = await staff.request("POST", at("traces"), { of: "the man with the hat" });
  expect(status).toBe(400);
  expect(await pullCommands()).toEqual([]);
});

const NAS = "01990000-0000-7000-8000-0000000000aa";
const plainNas = {
  ...{ kind: "radius", vendor: "plain", nasIdentifier: "" },
  radiusSecret: "radius-secret-of-a-test",
};

async function nameAccessPoint(own: object = plainNas) {
  const settings = await staff.get<object>(at("settings"));
  const nas = [{ id: NAS, name: "Counter", source: "10.0.0.1", ...own }];
  await staff.request("PUT", at("settings"), { ...settings, nas });
}

const report = (some: object = {}) =>
  box.call(BOX_API.report, {
    ...{ release: "0.1.0", epoch: box.epoch, now: site.now().toISOString(), settingsVersion: 99 },
    outbox: { events: 0, bytes: 0, bytesMax: 1, oldestAt: null, fullInDays: null, thinned: 0 },
    clock: { machineOffsetSeconds: null, uncertaintySeconds: null },
    ...{ freeBytes: null, faults: [], ...some },
  });

type Health = {
  accessPoints: { name: string; steps: { name: string; state: string }[]; lastSeenAt: string }[];
  unknownSenders: unknown[];
  refusedArrivals: unknown[];
  boxes: { tellsOfNas: boolean }[];
};
const readHealth = () => staff.get<Health>(at("nas-health"));

test("an access point's first contact ticks its steps as the box tells of it", async () => {
  await nameAccessPoint();
  await box.pull({ settings: 99 });
  await report();
  expect((await readHealth()).boxes).toMatchObject([{ tellsOfNas: false }]);
  const now = site.now().toISOString();
  const seen = { nasId: NAS, requestAt: now, rightAt: null, wrongSecretAt: now, letInAt: null };
  const sight = { ...seen, redirectAt: null, accountingAt: null };
  const unknownSenders = [{ address: "10.0.0.7", count: 3, lastAt: now }];
  const refusals = [{ reason: "wrong-message-authenticator", count: 4, lastAt: now }];
  const refusedArrivals = [{ words: "md is missing", count: 2, lastAt: now }];
  const known = { unknownSenders, refusedArrivals, addresses: ["10.0.0.2"] };
  expect((await report({ nas: [{ ...sight, refusals }], ...known })).status).toBe(200);
  const wrong = await readHealth();
  expect(wrong.accessPoints[0]).toMatchObject({ name: "Counter", lastSeenAt: now });
  const states = ({ accessPoints }: Health) =>
    accessPoints[0]?.steps.map(({ name, state }) => `${name} ${state}`);
  expect(states(wrong)).toEqual([
    ...["told done", "heard done", "secret wrong", "let-in waiting", "accounting waiting"],
  ]);
  expect(wrong).toMatchObject({ unknownSenders, refusedArrivals });
  site.passSeconds(60);
  const later = site.now().toISOString();
  await report({
    nas: [{ ...sight, rightAt: later, letInAt: later, accountingAt: later, refusals }],
  });
  expect(states(await readHealth())?.every((each) => each.endsWith("done"))).toBe(true);
});

test("what is typed in holds the box's own address, and the secret for those who may change the branch", async () => {
  await nameAccessPoint();
  await report({ nas: [], addresses: ["10.0.0.2"] });
  type Setup = { texts: { text: string }[]; showsSecrets: boolean };
  const setup = await staff.get<Setup>(at(`nas/${NAS}/setup`));
  expect(setup.texts[0]?.text).toContain("10.0.0.2:1812");
  expect(setup.texts[0]?.text).toContain("radius-secret-of-a-test");
  expect((await staff.request("GET", at(`nas/${box.boxId}/setup`))).status).toBe(404);
  const key = await staff.request("POST", "/api/v1/keys", {
    ...{ name: "Watcher", permissions: ["wifi.read"], scope: { kind: "tenant" }, days: 1 },
  });
  const { key: bearer } = key.body as { key: string };
  const asked = await fetch(`${site.origin}${at(`nas/${NAS}/setup`)}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  const hidden = await asked.text();
  expect(asked.status).toBe(200);
  expect(hidden).not.toContain("radius-secret-of-a-test");
});

test("an access controller that asks the box by https is given the name the box serves, while it does", async () => {
  await nameAccessPoint({
    ...{ kind: "opennds", gatewayMac: "02aabbccdd01", loginOrigins: ["http://10.0.0.1:2050"] },
    ...{ fasLevel: 3, fasKey: "fas-key-of-a-test" },
  });
  await report({ nas: [], addresses: ["10.0.0.2"] });
  const readName = async () => {
    const setup = await staff.get<{ texts: { text: string }[] }>(at(`nas/${NAS}/setup`));
    return /^fasremotefqdn (.*)$/m.exec(setup.texts[0]?.text ?? "")?.[1];
  };
  const tell = async (servedUntil: Date | null) => {
    const call = { servedUntil: servedUntil?.toISOString() ?? null };
    return (await box.call(BOX_API.certificate, call)).body as CertificateReply;
  };
  const { name } = await tell(null);
  expect(await readName()).toBe("<name>");
  await tell(new Date(site.now().getTime() + 60_000));
  expect(await readName()).toBe(name);
  expect(name).toMatch(/^[a-z2-7]{12}\.wifi\.example$/);
  site.passSeconds(60);
  expect(await readName()).toBe("<name>");
});

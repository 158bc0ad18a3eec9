import { findSettings } from "@foyer/branch-store";
import { listenForOrders } from "@foyer/gateway";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openPolicySite, type PolicySite, SECRETS } from "./policy-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const LAN = { phone: "+84900000001", mac: "AC-00-5E-00-53-01" };
const MINH = { phone: "+84900000002", mac: "AC-00-5E-00-53-02" };

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

type Session = {
  mac: string;
  endedAt: string | null;
  rule: string | null;
  sentOff: { state: string } | null;
};
type Trace = {
  boxes: { state: string }[];
  notes: { by: string; asked: string; answer: string; reason: string | null }[];
};

async function openBranch(disconnectPort = 9): Promise<{ site: PolicySite; path: string }> {
  const before = await listBranches();
  const site = await openPolicySite(cloud, { disconnectPort });
  const [branchId] = (await listBranches()).filter((id) => !before.includes(id));
  return { site, path: `/api/v1/branches/${branchId}` };
}

async function listBranches(): Promise<string[]> {
  type Reply = { branches: { id: string }[] };
  const { branches } = await cloud.get<Reply>("GET", "/api/v1/branches");
  return branches.map(({ id }) => id);
}

/** What the branch's box has noted, asked for from the staff app. */
async function trace(path: string, of: string): Promise<Trace["notes"]> {
  const { id } = await cloud.get<{ id: string }>("POST", `${path}/traces`, { of });
  const found = await askUntil(
    () => cloud.get<Trace>("GET", `${path}/traces/${id}`),
    ({ boxes }) => boxes.every(({ state }) => state === "answered"),
  );
  expect(found.boxes).toMatchObject([{ state: "answered" }]);
  return found.notes;
}

/** RADIUS notes once a second: asked again until it says so. */
const traceUntil = (path: string, of: string, reason: string | null) =>
  askUntil(
    () => trace(path, of),
    (notes) => notes.at(-1)?.reason === reason,
  );

test("a device that staff block is sent off, kept out and traced to the rule, by MAC and by number", async () => {
  const ordered: string[] = [];
  const accessPoint = await listenForOrders({
    ...{ host: "127.0.0.1", port: 0, secret: SECRETS.radius },
    obey: (order) => {
      ordered.push(order);
      return null;
    },
  });
  onTestFinished(accessPoint.close);
  const { site, path } = await openBranch(accessPoint.port);
  site.signIn(LAN);
  const online = await site.arrive(LAN.mac);
  expect(online).not.toBeNull();
  const listOnline = () => cloud.get<{ sessions: Session[] }>("GET", `${path}/online`);
  const seen = await askUntil(listOnline, ({ sessions }) => sessions.length === 1);
  expect(seen.sessions).toMatchObject([{ mac: LAN.mac, endedAt: null, rule: null }]);
  const rule = { mac: LAN.mac, kind: "block", reason: "Threw a chair", until: null };
  await cloud.get("POST", `${path}/device-rules`, rule);
  const off = await askUntil(listOnline, ({ sessions }) => sessions[0]?.sentOff?.state === "done");
  expect(off.sessions).toMatchObject([{ rule: "block", sentOff: { state: "done" } }]);
  expect(ordered).toContain("disconnect");
  await site.onBox(
    (tx) => findSettings(tx)?.deviceRules?.length ?? 0,
    (rules) => rules === 1,
  );
  const refused = await askUntil(
    () => site.arrive(LAN.mac),
    (told) => told === null,
  );
  expect(refused).toBeNull();
  const notes = await traceUntil(path, LAN.mac, "blocked");
  expect(notes.at(-1)).toMatchObject({ by: "radius", answer: "refused", reason: "blocked" });
  expect(notes.some(({ answer }) => answer === "let-in")).toBe(true);
  expect((await traceUntil(path, LAN.phone, "blocked")).at(-1)?.reason).toBe("blocked");
}, 120_000);

test("a phone that nobody knows is traced to having to sign in first, and one that never came to nothing", async () => {
  const { site, path } = await openBranch();
  await site.onBox(
    (tx) => findSettings(tx)?.version ?? 0,
    (version) => version > 0,
  );
  expect(await site.arrive(MINH.mac)).toBeNull();
  expect((await traceUntil(path, MINH.mac, "unknown-device")).at(-1)).toMatchObject({
    ...{ by: "radius", asked: "device", answer: "refused", reason: "unknown-device" },
  });
  expect(await trace(path, MINH.phone)).toEqual([]);
}, 120_000);

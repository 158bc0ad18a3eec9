import { randomUUID } from "node:crypto";
import {
  applySettings,
  findKnownGuestByPhone,
  findSettings,
  listDueDisconnects,
} from "@foyer/branch-store";
import type { Command, KnownGuests, PullReply } from "@foyer/contract";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, buildSettings, makeBox, type TestBox, waitUntil } from "../test/box.ts";
import {
  type CloudDouble,
  type CloudDoubleOptions,
  startCloudDouble,
} from "../test/cloud-double.ts";
import { type SyncAgent, startSyncAgent } from "./agent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const nothing: PullReply = { settings: null, knownGuests: null, commands: [] };

/** Gives a box the settings when it holds an older version. */
function offer(settings: Record<string, unknown> & { version: number }) {
  return (query: URLSearchParams): PullReply | null =>
    Number(query.get("settings")) < settings.version ? { ...nothing, settings } : null;
}

async function connect(
  onPull: CloudDoubleOptions["onPull"],
  box: TestBox = makeBox(),
): Promise<{ box: TestBox; cloud: CloudDouble; agent: SyncAgent }> {
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({ boxKey: BOX_KEY, ...(onPull ? { onPull } : {}) });
  cleanUps.push(cloud.close);
  const agent = await startSyncAgent({
    store: box.store,
    identity: { ...box.identity, cloudUrl: cloud.origin },
    boxKey: BOX_KEY,
    logLevel: "silent",
    random: () => 0.01,
  });
  cleanUps.push(agent.close);
  return { box, cloud, agent };
}

test("settings come down, are put in force and reported as applied", async () => {
  const box = makeBox();
  const { cloud, agent } = await connect(offer(buildSettings(box.identity, 3)), box);
  await waitUntil("the settings are reported", () => cloud.reports.length === 1);
  expect(cloud.reports).toEqual([{ version: 3, outcome: "applied" }]);
  expect(box.store.read(findSettings)?.branch.name).toBe("Lakeside");
  expect(agent.status().pull).toMatchObject({ settingsVersion: 3, settingsFault: null });
  await waitUntil("the next pull names them", () => cloud.pulls.at(-1)?.get("settings") === "3");
});

test("what is in force is told at each start: the process before may have been killed ahead of it", async () => {
  const box = makeBox();
  const settings = buildSettings(box.identity, 3);
  box.store.transaction((tx) => applySettings(tx, settings));
  const { cloud } = await connect(offer(settings), box);
  await waitUntil("the settings are reported", () => cloud.reports.length === 1);
  expect(cloud.reports).toEqual([{ version: 3, outcome: "applied" }]);
});

test("a change is on the box long before the pull that waits for it is over", async () => {
  const box = makeBox();
  let settings = buildSettings(box.identity, 1);
  const { cloud, agent } = await connect((query) => offer(settings)(query), box);
  await waitUntil("version 1 is reported", () => cloud.reports.length === 1);
  const began = performance.now();
  settings = buildSettings(box.identity, 2);
  cloud.announce();
  await waitUntil("version 2 is in force", () => agent.status().pull.settingsVersion === 2);
  expect(performance.now() - began).toBeLessThan(20_000);
});

test("settings that do not parse leave the old ones standing and are reported with the reason", async () => {
  const box = makeBox();
  let settings: Record<string, unknown> & { version: number } = buildSettings(box.identity, 1);
  const { cloud, agent } = await connect((query) => offer(settings)(query), box);
  await waitUntil("version 1 is reported", () => cloud.reports.length === 1);
  settings = { ...buildSettings(box.identity, 2), policies: [] };
  await waitUntil("version 2 is reported", () => cloud.reports.length === 2);
  expect(cloud.reports[1]).toMatchObject({ version: 2, outcome: "refused" });
  expect(cloud.reports[1]?.reason).toContain("/policies");
  expect(box.store.read(findSettings)?.version).toBe(1);
  expect(agent.status().pull.settingsFault).toContain("/policies");
  const pulls = cloud.pulls.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(cloud.pulls.length, "refused settings are not asked for over and over").toBeLessThan(
    pulls + 3,
  );
  settings = buildSettings(box.identity, 3);
  await waitUntil("version 3 is reported", () => cloud.reports.length === 3);
  expect(cloud.reports[2]).toEqual({ version: 3, outcome: "applied" });
  expect(agent.status().pull.settingsFault).toBeNull();
});

test("settings of another branch are refused", async () => {
  const box = makeBox();
  const foreign = buildSettings({ ...box.identity, branchId: randomUUID() }, 1);
  const { cloud } = await connect(offer(foreign), box);
  await waitUntil("it is reported", () => cloud.reports.length === 1);
  expect(cloud.reports[0]).toMatchObject({ version: 1, outcome: "refused" });
  expect(box.store.read(findSettings)).toBeNull();
});

test("bad settings do not hold back the commands that came with them", async () => {
  const command = buildCommand(1);
  const { box, cloud } = await connect((query) =>
    query.get("commands") === "0"
      ? { ...nothing, settings: { version: 1, pages: "none" }, commands: [command] }
      : null,
  );
  await waitUntil("the settings are reported", () => cloud.reports.length === 1);
  expect(box.store.read(listDueDisconnects)).toMatchObject([{ id: command.id }]);
});

test("a command is kept once, however often it is told", async () => {
  const command = buildCommand(1);
  let told = 0;
  const { box, cloud } = await connect(() => {
    told += 1;
    return told <= 3 ? { ...nothing, commands: [command] } : null;
  });
  await waitUntil("it was told three times", () => told > 3 && cloud.pulls.length > 3);
  expect(box.store.read(listDueDisconnects)).toHaveLength(1);
  expect(cloud.pulls.at(-1)?.get("commands")).toBe("1");
});

test("known guests come down and are found by their phone", async () => {
  const key = Buffer.alloc(32, 7);
  const phone = "+84912345678";
  const { createHmac } = await import("node:crypto");
  const phoneHash = createHmac("sha256", key).update(phone).digest("hex");
  const mark = randomUUID();
  const knownGuests: KnownGuests = {
    position: 12,
    mark,
    complete: true,
    key: key.toString("base64"),
    guests: [
      { customerId: randomUUID(), phoneHash, guestIds: [], name: "Lan", language: "vi", visits: 4 },
    ],
    removed: [],
    countedThrough: null,
  };
  const { box, cloud } = await connect((query) =>
    query.get("guests") === "0" ? { ...nothing, knownGuests } : null,
  );
  await waitUntil(
    "the next pull names the position",
    () => cloud.pulls.at(-1)?.get("guests") === "12",
  );
  expect(cloud.pulls.at(-1)?.get("guestsMark")).toBe(mark);
  expect(box.store.read((tx) => findKnownGuestByPhone(tx, phone))).toMatchObject({
    name: "Lan",
    visits: 4,
  });
});

test.each([
  ["a page of HTML", { status: 200, body: "<html></html>" }],
  ["JSON that is no pull reply", { status: 200, body: '{"settings":7}' }],
  ["a 500", { status: 500, body: "" }],
])(
  "%s in place of an answer changes nothing, and the pull is tried again",
  async (_name, garbage) => {
    const box = makeBox();
    const give = offer(buildSettings(box.identity, 1));
    let answered = 0;
    const { cloud } = await connect((query) => {
      answered += 1;
      return answered <= 2 ? garbage : give(query);
    }, box);
    await waitUntil("the settings are reported", () => cloud.reports.length === 1);
    expect(box.store.read(findSettings)?.version).toBe(1);
  },
);

test("a full disk is waited out: the old settings stand, events still go, and then the new ones come", async () => {
  const box = makeBox();
  let settings = buildSettings(box.identity, 1);
  const { cloud, agent } = await connect((query) => offer(settings)(query), box);
  await waitUntil("version 1 is reported", () => cloud.reports.length === 1);
  const limitPages = (pages: number) =>
    box.store.transaction((tx) => tx.sql(`pragma max_page_count = ${pages}`).get());
  // What a migration has left free is taken first.
  box.store.transaction((tx) => {
    tx.sql("create table filler (octets blob)").run();
    const { free } = tx
      .sql("select freelist_count * 4096 as free from pragma_freelist_count")
      .get() as {
      free: number;
    };
    tx.sql("insert into filler values (zeroblob(?))").run(free);
  });
  // SQLite raises a limit below the present size to that size: not a page more.
  limitPages(1);
  const logo = `data:image/png;base64,${"A".repeat(8000)}`;
  settings = { ...buildSettings(box.identity, 2), brand: { ...settings.brand, logo } };
  await waitUntil(
    "it is noted",
    () => agent.status().pull.reason?.includes("SQLITE_FULL") ?? false,
  );
  expect(box.store.read(findSettings)?.version).toBe(1);
  await waitUntil("the outbox is empty", () => agent.status().unsent === 0);
  limitPages(100_000);
  await waitUntil("version 2 is reported", () => cloud.reports.length === 2);
  expect(agent.status().pull).toMatchObject({ settingsVersion: 2, state: "connected" });
});

test("a cloud that answers at once with nothing is not hammered", async () => {
  const { cloud } = await connect(() => nothing);
  await waitUntil("the first pull came", () => cloud.pulls.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(cloud.pulls.length).toBeLessThanOrEqual(2);
});

test("closing breaks off a long poll at once", async () => {
  const { agent, cloud } = await connect(() => null);
  await waitUntil("the pull is waiting", () => cloud.pulls.length === 1);
  const began = performance.now();
  await agent.close();
  expect(performance.now() - began).toBeLessThan(20_000);
});

function buildCommand(position: number): Command {
  return {
    id: randomUUID(),
    position,
    kind: "guest.disconnect",
    deviceId: randomUUID(),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  };
}

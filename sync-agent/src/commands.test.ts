import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  findPullPosition,
  finishCommand,
  issueCredential,
  isTakenBackByStaff,
  keepDoorNote,
  keepRecentLines,
  saveCommands,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import type { BoxCommand, PullReply } from "@foyer/contract";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, buildSettings, makeBox, waitUntil } from "../test/box.ts";
import { type CloudDoubleOptions, startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";
import { BOX_KEY_FILE, readBoxKey } from "./box-key.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const nothing: PullReply = { settings: null, knownGuests: null, commands: [] };

const command = (kind: string, position = 1, seconds = 60): BoxCommand => ({
  ...{ id: randomUUID(), position, kind },
  expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
});

type Installed = { hasKeyFile?: boolean; takesReleases?: boolean };

/** A box whose cloud gives it these commands. */
async function connect(
  commands: BoxCommand[],
  options: Partial<CloudDoubleOptions> = {},
  { hasKeyFile = false, takesReleases = false }: Installed = {},
) {
  const box = makeBox();
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({
    ...{ boxKey: BOX_KEY, takesAnswers: true },
    onPull: (query) => {
      const held = Number(query.get("boxCommands"));
      const boxCommands = commands.filter(({ position }) => position > held);
      return boxCommands.length > 0 ? { ...nothing, boxCommands } : null;
    },
    ...options,
  });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ stateFolder: box.folder, identity, boxKey: BOX_KEY },
    ...{ logLevel: "silent", random: () => 0.01, takesReleases },
    // Longer than the test lasts.
    ...{ upgradeMilliseconds: 600_000, ...(hasKeyFile && { keyFolder: box.folder }) },
  });
  cleanUps.push(agent.close);
  return { box, cloud };
}

test.each([
  ["guests.unblock", 60, "done"],
  ["box.refresh", 60, "done"],
  ["box.upgrade", 60, "not-supported"],
  ["box.re-enrol", 60, "not-supported"],
  ["box.dance", 60, "not-supported"],
  ["guests.unblock", -1, "expired"],
  ["box.send-logs", -1, "expired"],
  ["credential.revoke", -1, "expired"],
])("%s that lapses in %i seconds is answered once with: %s", async (kind, seconds, outcome) => {
  const asked = command(kind, 1, seconds);
  const { cloud } = await connect([asked]);
  await waitUntil("the answer is there", () => cloud.answers.length > 0);
  expect(cloud.answers).toMatchObject([{ commandId: asked.id, outcome }]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(cloud.answers).toHaveLength(1);
});

test("to end a device's key, a box takes back what it gave that device and nobody else, once", async () => {
  const commands: BoxCommand[] = [];
  const { box, cloud } = await connect(commands);
  const issue = (mac: string, phone: string) =>
    box.store.transaction((tx) => {
      const { id: deviceId } = seeDevice(tx, { mac, nasId: randomUUID(), by: "portal" });
      const signIn = { deviceId, nasId: randomUUID(), language: "vi" as const, details: {} };
      const guest = signInGuest(tx, { ...signIn, termsVersion: 1, phone, proved: true });
      return issueCredential(tx, { deviceId, guestId: guest.id });
    });
  const [lan, minh] = [
    issue("AA-BB-CC-00-00-01", "+84900000001"),
    issue("AA-BB-CC-00-00-02", "+84900000002"),
  ];
  const end = (deviceId: string | null, position: number) => ({
    ...command("credential.revoke", position),
    ...(deviceId !== null && { deviceId }),
  });
  commands.push(end(lan.deviceId, 1), end(lan.deviceId, 2), end(randomUUID(), 3), end(null, 4));
  cloud.announce();
  await waitUntil("each is answered", () => cloud.answers.length === 4);
  const outcomes = new Map(cloud.answers.map(({ commandId, outcome }) => [commandId, outcome]));
  expect(commands.map(({ id }) => outcomes.get(id))).toEqual([
    ...["done", "done", "done", "not-supported"],
  ]);
  const isRevoked = ({ username }: { username: string }) =>
    box.store.read((tx) => isTakenBackByStaff(tx, username));
  expect([lan, minh].map(isRevoked)).toEqual([true, false]);
});

test("to enrol anew, a box makes itself a key, tells it under the old one, and answers under the new", async () => {
  const asked = command("box.re-enrol");
  const { box, cloud } = await connect([asked], {}, { hasKeyFile: true });
  await waitUntil("the answer is there", () => cloud.answers.length > 0);
  expect(cloud.answers).toMatchObject([{ commandId: asked.id, outcome: "done" }]);
  const key = readBoxKey(readFileSync(join(box.folder, BOX_KEY_FILE), "utf8"));
  expect(cloud.nextKeys).toEqual([key?.publicKey]);
  expect(key?.publicKey).not.toBe(readBoxKey(BOX_KEY)?.publicKey);
});

test("a cloud that does not take the new key leaves the box its old one, and the answer says so", async () => {
  const keyAnswer = { status: 422, body: "{}" };
  const { box, cloud } = await connect(
    [command("box.re-enrol")],
    { keyAnswer },
    { hasKeyFile: true },
  );
  await waitUntil("the answer is there", () => cloud.answers.length > 0);
  expect(cloud.answers).toMatchObject([{ outcome: "refused" }]);
  expect(existsSync(join(box.folder, BOX_KEY_FILE))).toBe(false);
});

test.each(["up-to-date", "begun"])(
  "to upgrade, a box looks at once for a release, and says: %s",
  async (outcome) => {
    const bytes = Buffer.from("a release");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const said = { version: "0.9.0", architecture: "x64" as const, bytes: bytes.length, sha256 };
    const signed = { signedAt: "2026-11-27T08:00:00.000Z", signature: `${"A".repeat(86)}==` };
    const offer = { announcement: { ...said, ...signed }, quiet: [] };
    let fetched = 0;
    const { cloud } = await connect(
      [command("box.upgrade")],
      {
        onUpgrade: () => ({ offer: outcome === "begun" ? offer : null }),
        onRelease: (_hash, _request, response) => {
          fetched += 1;
          response.end(bytes);
        },
      },
      { takesReleases: true },
    );
    await waitUntil("the answer is there", () => cloud.answers.length > 0);
    expect(cloud.answers).toMatchObject([{ outcome }]);
    if (outcome === "begun") await waitUntil("it is fetched", () => fetched > 0, 15_000);
    expect(fetched).toBe(outcome === "begun" ? 1 : 0);
  },
);

test("to refresh, a box asks at once for settings and guests as if it held none, and keeps what it holds", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const settings = buildSettings(box.identity, 3);
  const asked = command("box.refresh");
  let isOrdered = false;
  const cloud = await startCloudDouble({
    ...{ boxKey: BOX_KEY, takesAnswers: true },
    onPull: (query) => {
      if (query.get("settings") === "0") return { ...nothing, settings };
      if (!isOrdered || query.get("boxCommands") !== "0") return null;
      return { ...nothing, boxCommands: [asked] };
    },
  });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  await waitUntil("the settings are in force", () => cloud.reports.length === 1);
  isOrdered = true;
  cloud.announce();
  await waitUntil("they are taken again", () => cloud.reports.length === 2);
  expect(box.store.read(findPullPosition)).toMatchObject({ guests: 0, guestsPage: "start" });
  expect(agent.status().pull.settingsVersion).toBe(3);
});

test("the newest lines of every process's log go up, without what could name a person", async () => {
  const commands: BoxCommand[] = [];
  const { box, cloud } = await connect(commands);
  const portal = keepRecentLines(box.folder, "portal");
  portal.write('{"of":"+84912345678 AA-BB-CC-DD-EE-FF lan@example.test 10.1.2.3 0912345678"}\n');
  portal.flush();
  writeFileSync(join(box.folder, "recent-radius.log"), '{"msg":"accounting"}\n');
  const asked = command("box.send-logs", 9);
  commands.push(asked);
  cloud.announce();
  await waitUntil("the logs are there", () => cloud.answers.length === 1);
  const [sent] = cloud.logs;
  const lines = gunzipSync(Buffer.from(sent?.packed ?? "", "base64")).toString();
  expect(lines).toContain('{"of":"[phone] [mac] [email] [address] [phone]"}');
  expect(lines).toContain('{"msg":"accounting"}');
  expect(sent?.commandId).toBe(asked.id);
  expect(cloud.answers).toMatchObject([{ commandId: asked.id, outcome: "done" }]);
});

test("what was noted of a device goes up for the order that asks for it, and of nobody else", async () => {
  const mac = "AA-BB-CC-00-00-01";
  const commands: BoxCommand[] = [];
  const { box, cloud } = await connect(commands);
  const note = {
    by: "radius",
    phone: null,
    nasId: null,
    sender: null,
    asked: "log-in",
    policyId: null,
  } as const;
  box.store.transaction((tx) => {
    const refused = { ...note, at: tx.now, answer: "refused" } as const;
    keepDoorNote(tx, { ...refused, mac, reason: "ticket-expired" });
    keepDoorNote(tx, { ...refused, mac: "AA-BB-CC-00-00-02", reason: "page-due" });
  });
  const asked = { ...command("guests.trace"), about: { mac } };
  commands.push(asked);
  cloud.announce();
  await waitUntil("it is answered", () => cloud.answers.length === 1);
  expect(cloud.doorNotes).toMatchObject([
    { commandId: asked.id, notes: [{ mac, asked: "log-in", reason: "ticket-expired" }] },
  ]);
  expect(cloud.doorNotes[0]?.notes).toHaveLength(1);
  expect(cloud.answers).toMatchObject([{ commandId: asked.id, outcome: "done" }]);
});

test("what became of an order to send a guest off is told as well, and not twice", async () => {
  const { box, cloud } = await connect([]);
  const id = randomUUID();
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const disconnect = { id, position: 1, deviceId: randomUUID(), expiresAt };
  box.store.transaction((tx) => {
    saveCommands(tx, [{ ...disconnect, kind: "guest.disconnect" }]);
    finishCommand(tx, { id, outcome: "refused 503" });
  });
  await waitUntil("the answer is there", () => cloud.answers.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(cloud.answers).toMatchObject([{ commandId: id, outcome: "refused 503" }]);
});

test("a cloud that wants no answers is left in peace, and its orders are carried out all the same", async () => {
  const { cloud, box } = await connect([command("guests.unblock")], { takesAnswers: false });
  const told = () => cloud.calls.filter(({ url }) => url.includes("command-answers")).length;
  await waitUntil("the cloud was told once", () => told() > 0);
  const [kept] = box.store.read((tx) => tx.sql("select outcome from box_commands").all());
  expect(kept).toEqual({ outcome: "done" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(told()).toBe(1);
});

import { randomInt } from "node:crypto";
import { type AccessCode, BOX_API, readBranchSettings } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApp, randomEmail } from "../../../test/open-test-app.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { drawCodes } from "./draw-codes.ts";
import { linkOfCode, spellCode, stateOf } from "./rules.ts";
import type { BatchCodesReply, BatchListReply, BatchReply } from "./schema.ts";

const PATH = "/api/v1/access-code-batches";

let site: TestSite;
let owner: TestStaff;
beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
});
afterAll(() => site?.close());

const BATCH = { name: "Bàn 1 đến 20", count: 20, devicesMax: 2, minutes: 60, lastDay: null };

async function openBranch() {
  const branch = await owner.addBranch();
  const box = await owner.addBox(branch.id);
  const make = (change: object = {}) =>
    owner.request("POST", PATH, { ...BATCH, branchId: branch.id, ...change });
  const makeOne = async (change: object = {}) => {
    const { status, body } = await make(change);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body as BatchReply;
  };
  const list = async () =>
    (await owner.get<BatchListReply>(`${PATH}?branchId=${branch.id}`)).batches;
  return { branch, box, make, makeOne, list };
}

/** What the branch's box would put in force. */
async function readSettings(box: EnrolledBox) {
  const read = readBranchSettings((await box.pull())?.settings);
  if (read.kind === "invalid") throw new Error(read.reason);
  return read.settings;
}

const tellUse = (box: EnrolledBox, codeId: string, deviceId = uuidv7()) =>
  box.write("access-code.used", {
    codeId,
    guestId: uuidv7(),
    deviceId,
    nasId: NAS_ID,
    endsAt: site.now().toISOString(),
    deviceNumber: 1,
  });

/** The box's report of itself, with where it is on the branch's network. */
const tellAddress = (box: EnrolledBox, address: string) =>
  box.call(BOX_API.report, {
    ...{ release: "0.1.0", epoch: box.epoch, now: site.now().toISOString(), settingsVersion: 1 },
    outbox: { events: 0, bytes: 0, bytesMax: 1, oldestAt: null, fullInDays: null, thinned: 0 },
    clock: { machineOffsetSeconds: null, uncertaintySeconds: null },
    ...{ freeBytes: null, faults: [], addresses: [address] },
  });

describe("a batch of access codes", () => {
  test("is in the settings that the branch's box pulls next, and turns the way in on", async () => {
    const { box, makeOne } = await openBranch();
    const before = await readSettings(box);
    expect(before.signIn.accessCode).toBeUndefined();
    expect(before.accessCodes).toEqual([]);
    const batch = await makeOne();
    const after = await readSettings(box);
    expect(after.version).toBeGreaterThan(before.version);
    expect(after.signIn.accessCode).toEqual({ enabled: true });
    expect(after.accessCodes).toHaveLength(20);
    expect(after.accessCodes?.[0]).toMatchObject({ devicesMax: 2, minutes: 60, validUntil: null });
    const { codes } = await owner.get<BatchCodesReply>(`${PATH}/${batch.id}`);
    expect(codes.map(({ code }) => code)).toEqual(after.accessCodes?.map(({ code }) => code));
    // A second one has a version of its own, though the way in is on already.
    await makeOne({ name: "Two" });
    expect((await readSettings(box)).version).toBe(after.version + 1);
  });

  test("ends with its last day on the branch's clock", async () => {
    const { box, make, makeOne } = await openBranch();
    const tomorrow = new Date(site.now().getTime() + 86_400_000).toISOString().slice(0, 10);
    const batch = await makeOne({ lastDay: tomorrow });
    // Saigon is seven hours ahead of UTC all year.
    expect(batch.validUntil).toBe(`${tomorrow}T17:00:00.000Z`);
    const [code] = (await readSettings(box)).accessCodes ?? [];
    expect(code?.validUntil).toBe(batch.validUntil);
    for (const lastDay of ["2020-01-01", "2026-02-30", "tomorrow"])
      expect(await make({ lastDay })).toMatchObject({ status: 400 });
  });

  test("leaves the settings when it is archived, once, and its uses stay", async () => {
    const { box, makeOne, list } = await openBranch();
    const kept = await makeOne({ name: "Kept", count: 1 });
    const batch = await makeOne({ name: "Ended", count: 3 });
    const [code] = (await owner.get<BatchCodesReply>(`${PATH}/${batch.id}`)).codes;
    await box.push([tellUse(box, code?.id ?? "")]);
    await askUntil(list, (batches) => batches.some(({ usedDevices }) => usedDevices === 1));
    const { version } = await readSettings(box);
    const archive = () => owner.request("POST", `${PATH}/${batch.id}/archive`);
    expect(await archive()).toMatchObject({ status: 200, body: { usedDevices: 1 } });
    const after = await readSettings(box);
    expect(after.version).toBe(version + 1);
    expect(after.accessCodes).toHaveLength(1);
    expect(await archive()).toMatchObject({ status: 200 });
    expect((await readSettings(box)).version).toBe(version + 1);
    expect((await list()).map(({ id, archivedAt }) => [id, archivedAt !== null])).toEqual([
      [batch.id, true],
      [kept.id, false],
    ]);
  });

  test("counts each device of each code once, whatever the box tells how often", async () => {
    const { box, makeOne, list } = await openBranch();
    const batch = await makeOne({ count: 3 });
    const { codes } = await owner.get<BatchCodesReply>(`${PATH}/${batch.id}`);
    const [one, two] = codes.map(({ id }) => id) as [string, string];
    const device = uuidv7();
    const events = [
      tellUse(box, one, device),
      tellUse(box, one, device),
      tellUse(box, one),
      tellUse(box, two, device),
      tellUse(box, uuidv7()),
    ];
    await box.push(events);
    await box.push(events.slice(0, 2));
    const [counted] = await askUntil(list, ([each]) => each?.usedDevices === 3);
    expect(counted).toMatchObject({ count: 3, usedCodes: 2, usedDevices: 3 });
    const detail = await owner.get<BatchCodesReply>(`${PATH}/${batch.id}`);
    expect(detail.codes.map(({ devices }) => devices)).toEqual([2, 1, 0]);
  });

  test("is refused beyond 5,000 codes in force at one branch, also when two are made at once", async () => {
    const { box, make } = await openBranch();
    for (let made = 0; made < 9; made++)
      expect(await make({ count: 500 })).toMatchObject({ status: 201 });
    const statuses = await Promise.all([make({ count: 500 }), make({ count: 500 })]);
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([201, 400]);
    expect(await make({ count: 1 })).toMatchObject({ status: 400, body: { field: "/count" } });
    expect((await readSettings(box)).accessCodes).toHaveLength(5000);
  });

  test.each<[string, object]>([
    ["count", { count: 501 }],
    ["count", { count: 0 }],
    ["devicesMax", { devicesMax: 0 }],
    ["minutes", { minutes: 0 }],
    ["name", { name: " " }],
  ])("is refused for its %s: %j", async (field, change) => {
    const { make } = await openBranch();
    const refused = await make(change);
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid" } });
    expect(JSON.stringify(refused.body)).toContain(field);
  });

  test("is nobody else's: another company sees neither list nor codes, and ends nothing", async () => {
    const { makeOne, branch } = await openBranch();
    const batch = await makeOne();
    const other = await site.addOwner("Trà Cung Đình");
    expect((await other.get<BatchListReply>(PATH)).batches).toEqual([]);
    expect(await other.request("GET", `${PATH}/${batch.id}`)).toMatchObject({ status: 404 });
    expect(await other.request("POST", `${PATH}/${batch.id}/archive`)).toMatchObject({
      status: 404,
    });
    const there = { ...BATCH, branchId: branch.id };
    expect(await other.request("POST", PATH, there)).toMatchObject({ status: 404 });
  });

  test("staff who save the settings document neither see the codes nor lose them", async () => {
    const { box, branch, makeOne } = await openBranch();
    await makeOne({ count: 2 });
    const path = `/api/v1/branches/${branch.id}/settings`;
    const document = await owner.get<Record<string, unknown>>(path);
    expect(document).not.toHaveProperty("accessCodes");
    const forged: AccessCode[] = [
      {
        id: uuidv7(),
        code: "AAAAAAAA",
        devicesMax: 1,
        minutes: 1,
        validFrom: null,
        validUntil: null,
        policyId: null,
      },
    ];
    const changed = { ...document, pages: [], accessCodes: forged };
    expect(await owner.request("PUT", path, changed)).toMatchObject({ status: 200 });
    const { accessCodes, pages } = await readSettings(box);
    expect(pages).toEqual([]);
    expect(accessCodes).toHaveLength(2);
    expect(accessCodes?.map(({ code }) => code)).not.toContain("AAAAAAAA");
  });

  test("tells the portal's address where the branch's box is, and none of another branch's", async () => {
    const { box, makeOne } = await openBranch();
    const batch = await makeOne();
    const find = () => owner.get<BatchCodesReply>(`${PATH}/${batch.id}`);
    await tellAddress((await openBranch()).box, "10.9.9.9");
    expect((await find()).portalUrl).toBeNull();
    await tellAddress(box, "10.1.0.5");
    expect((await find()).portalUrl).toBe("http://10.1.0.5");
    await tellAddress(box, "2001:db8::5");
    expect((await find()).portalUrl).toBe("http://[2001:db8::5]");
  });

  test("tells the portal's address where an access controller of the branch has it", async () => {
    const { box, branch, makeOne } = await openBranch();
    const batch = await makeOne();
    const find = () => owner.get<BatchCodesReply>(`${PATH}/${batch.id}`);
    expect((await find()).portalUrl).toBeNull();
    const path = `/api/v1/branches/${branch.id}/settings`;
    const document = await owner.get<Record<string, unknown>>(path);
    const nas = {
      kind: "coova",
      id: NAS_ID,
      name: "Counter",
      source: "10.1.0.1",
      radiusSecret: "radius-secret",
      uamSecret: "",
      uamServer: "http://10.1.0.2:8080/portal",
      loginOrigins: ["http://10.10.0.1:3990"],
      nasIdentifier: "counter",
      handBack: "chap",
      disconnectPort: null,
    };
    await owner.request("PUT", path, { ...document, nas: [nas] });
    expect((await find()).portalUrl).toBe("http://10.1.0.2:8080");
    await tellAddress(box, "10.1.0.5");
    expect((await find()).portalUrl).toBe("http://10.1.0.2:8080");
  });
});

describe("staff who only look", () => {
  test("see how far codes are used, and neither a code nor a way to make or end one", async () => {
    const app = await openTestApp();
    try {
      const boss = await app.signUp();
      const viewer = await app.invite(boss, "viewer", randomEmail());
      const place = { name: "Hồ Gươm", timeZone: "UTC", country: "VN", languages: ["vi"] };
      const { body: branch } = await boss.ask<{ id: string }>("POST", "/api/v1/branches", place);
      const body = { ...BATCH, branchId: branch.id };
      const { body: batch } = await boss.ask<BatchReply>("POST", PATH, body);
      const list = await viewer.ask<BatchListReply>("GET", PATH);
      expect(list.body.batches.map(({ id }) => id)).toEqual([batch.id]);
      for (const [method, path] of [
        ["GET", `${PATH}/${batch.id}`],
        ["POST", `${PATH}/${batch.id}/archive`],
        ["POST", PATH],
      ] as const) {
        const answer = await viewer.ask(method, path, method === "POST" ? body : undefined);
        expect(answer.status, `${method} ${path}`).toBe(403);
      }
    } finally {
      await app.close();
    }
  });
});

describe("the rules of access codes", () => {
  test("codes are drawn from the whole alphabet, each once", () => {
    const codes = drawCodes(2000, (limit) => randomInt(limit));
    expect(new Set(codes).size).toBe(2000);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-Z]{8}$/);
    expect(new Set(codes.join("")).size).toBe(31);
    // The first is drawn twice: it is given once.
    const draws = [...Array(16).fill(0), ...Array(8).fill(1)];
    expect(drawCodes(2, () => draws.shift() ?? 2)).toEqual(["22222222", "33333333"]);
  });

  test("a code is printed in groups, and its QR code is a link to the portal where one is known", () => {
    expect(spellCode("ABCD2345")).toBe("ABCD-2345");
    expect(linkOfCode("ABCD2345", "http://10.1.0.2:8080")).toBe(
      "http://10.1.0.2:8080/?code=ABCD2345",
    );
    expect(linkOfCode("ABCD2345", null)).toBe("ABCD-2345");
  });

  test("a batch is active until its end, and archived whatever its end", () => {
    const now = new Date("2026-03-01T00:00:00Z");
    const at = (validUntil: string | null, archivedAt: string | null = null) =>
      stateOf({ validFrom: null, validUntil, archivedAt }, now);
    expect(at(null)).toBe("active");
    expect(at("2026-03-01T00:00:01Z")).toBe("active");
    expect(at("2026-03-01T00:00:00Z")).toBe("expired");
    expect(at(null, "2026-02-01T00:00:00Z")).toBe("archived");
  });

  test("a batch waits until its first day begins, unless it is archived before", () => {
    const now = new Date("2026-03-01T00:00:00Z");
    const at = (validFrom: string, archivedAt: string | null = null) =>
      stateOf({ validFrom, validUntil: "2026-04-01T00:00:00Z", archivedAt }, now);
    expect(at("2026-03-01T00:00:01Z")).toBe("waiting");
    expect(at("2026-03-01T00:00:00Z")).toBe("active");
    expect(at("2026-03-02T00:00:00Z", "2026-02-01T00:00:00Z")).toBe("archived");
  });
});

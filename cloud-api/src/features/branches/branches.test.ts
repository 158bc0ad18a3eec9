import {
  BOX_API,
  listAskedTexts,
  PullReply,
  readBranchSettings,
  readPullReply,
} from "@foyer/contract";
import { Check } from "typebox/value";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signBoxCall } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import {
  openTestApp,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { newId } from "../../platform/clock.ts";
import type { BranchDocument, BranchReply, SettingsReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp({ tenantName: "Cà phê Sông Hương" });
});
afterAll(() => site?.close());

const NEW_BRANCH = {
  name: "Bến Thành",
  timeZone: "Asia/Ho_Chi_Minh",
  country: "VN",
  languages: ["vi", "en"],
};
const addBranch = async (browser = owner) =>
  (await browser.ask<BranchReply>("POST", "/api/v1/branches", NEW_BRANCH)).body;
const settingsOf = (branchId: string) => `/api/v1/branches/${branchId}/settings`;
const readDocument = async (branchId: string) =>
  (await owner.ask<SettingsReply>("GET", settingsOf(branchId))).body;

const enrol = (branchId: string) => enrolBox(site, owner, branchId);
type Held = { settings?: number; commands?: number; wait?: number };
const pull = async (boxKey: string, { settings = 0, commands = 0, wait = 0 }: Held = {}) => {
  const url = `${BOX_API.pull}?settings=${settings}&guests=0&commands=${commands}&wait=${wait}`;
  const headers = signBoxCall(boxKey, { method: "GET", target: url });
  const answer = await site.app.inject({ method: "GET", url, headers });
  const reply = answer.statusCode === 200 ? answer.json<PullReply>() : null;
  return { status: answer.statusCode, reply };
};
const findBox = async (boxId: string) => {
  const { body } = await owner.ask<{ branches: BranchReply[] }>("GET", "/api/v1/branches");
  return body.branches.flatMap(({ boxes }) => boxes).find(({ id }) => id === boxId);
};

describe("a new branch", () => {
  test("works at once: its settings are what a box reads, with a way in, pages and both languages", async () => {
    const { id } = await addBranch();
    const { boxKey } = await enrol(id);
    const { reply } = await pull(boxKey);
    const read = readBranchSettings(reply?.settings);
    if (read.kind === "invalid") throw new Error(read.reason);
    const { settings } = read;
    expect(settings.version).toBe(1);
    expect(settings.signIn).toMatchObject({ phone: { enabled: true }, clickThrough: "plan-b" });
    expect(settings.pages.map(({ when }) => when.guests)).toEqual(["first-visit", "returning"]);
    expect(settings.brand.name).toBe("Cà phê Sông Hương");
    const purposes = settings.legalTexts.map(({ purpose }) => purpose);
    expect(purposes).toEqual(["terms"]);
    expect(settings.marketingText?.channels).toEqual(["sms", "zalo", "email"]);
    for (const { label, body } of listAskedTexts(settings))
      for (const language of ["vi", "en"] as const) {
        expect(label[language]?.length).toBeGreaterThan(20);
        expect(body[language]?.length).toBeGreaterThan(400);
        expect(body[language]).toContain("Cà phê Sông Hương");
      }
  });

  test("is refused with the field that is wrong", async () => {
    const post = (change: object) =>
      owner.ask("POST", "/api/v1/branches", { ...NEW_BRANCH, ...change });
    expect((await post({ country: "Vietnam" })).body).toMatchObject({ field: "/country" });
    expect((await post({ languages: ["fr"] })).status).toBe(400);
    expect((await post({ languages: [] })).body).toMatchObject({ field: "/languages" });
    expect((await post({ timeZone: "Mars/Olympus" })).body).toMatchObject({
      code: "invalid",
      field: "/branch/timeZone",
    });
    expect((await post({ country: "ZZ" })).body).toMatchObject({ field: "/branch/country" });
  });

  test.each(["US/Pacific-New", "Canada/East-Saskatchewan"])(
    "is refused the clock of %s where JavaScript alone knows it, and its days can be counted",
    async (timeZone) => {
      const { id } = await addBranch();
      const document = await readDocument(id);
      const refused = { status: 400, body: { field: "/branch/timeZone" } };
      const branch = { ...document.branch, timeZone };
      const answers = [
        await owner.ask("POST", "/api/v1/branches", { ...NEW_BRANCH, timeZone }),
        await owner.ask("PATCH", `/api/v1/branches/${id}`, { timeZone }),
        await owner.ask("PUT", settingsOf(id), { ...document, branch }),
      ];
      for (const answer of answers) expect(answer).toMatchObject(refused);
      expect((await owner.ask("GET", "/api/v1/overview")).status).toBe(200);
    },
  );
});

describe("the settings document", () => {
  test("is versioned with each change, and only with a change", async () => {
    const { id } = await addBranch();
    const document = await readDocument(id);
    const put = (body: object) => owner.ask("PUT", settingsOf(id), body);
    expect((await put(document)).body).toEqual({ version: 1 });
    const brand = { ...document.brand, accentColour: "#123456" };
    expect((await put({ ...document, brand })).body).toEqual({ version: 2 });
    expect((await put({ ...document, brand })).body).toEqual({ version: 2 });
    expect((await readDocument(id)).brand).toEqual(brand);
  });

  test("is not overwritten by an edit of a version that stands no more", async () => {
    const { id } = await addBranch();
    const read = await readDocument(id);
    const colour = (accentColour: string, from = read) =>
      owner.ask("PUT", settingsOf(id), { ...from, brand: { ...from.brand, accentColour } });
    const answers = await Promise.all([colour("#000001"), colour("#000002"), colour("#000003")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect((await colour("#000004")).body).toMatchObject({ code: "conflict" });
    expect((await colour("#000004", await readDocument(id))).body).toEqual({ version: 3 });
    const nonsense = await owner.ask("PUT", settingsOf(id), { ...read, version: "1" });
    expect(nonsense).toMatchObject({ status: 400, body: { field: "/version" } });
  });

  test("keeps a null that means no limit", async () => {
    const { id } = await addBranch();
    const document = await readDocument(id);
    const policies = document.policies.map((policy) => ({ ...policy, sessionSeconds: null }));
    await owner.ask("PUT", settingsOf(id), { ...document, policies });
    expect((await readDocument(id)).policies[0]?.sessionSeconds).toBeNull();
  });

  test.each<[string, (document: BranchDocument) => unknown, string]>([
    ["no policy", (document) => ({ ...document, policies: [] }), "/policies"],
    ["no terms", (document) => ({ ...document, legalTexts: [] }), "/legalTexts"],
    [
      "a block of an unknown kind",
      ({ pages, ...rest }) => ({
        ...rest,
        pages: pages.map((page) => ({ ...page, blocks: [{ kind: "spinner", fields: {} }] })),
      }),
      "/pages/0/blocks/0",
    ],
    [
      "the id of another branch",
      (document) => ({ ...document, branch: { ...document.branch, id: newId() } }),
      "/branch/id",
    ],
    [
      "a branch without a name",
      (document) => ({ ...document, branch: { ...document.branch, name: "" } }),
      "/branch/name",
    ],
    ["a number as text", (document) => ({ ...document, pages: "1" }), "/pages"],
    ["nothing", () => ({}), "/"],
  ])("is refused with %s, and the old one stands", async (_, edit, field) => {
    const { id } = await addBranch();
    const document = await readDocument(id);
    const answer = await owner.ask("PUT", settingsOf(id), edit(document));
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid", field } });
    expect(await readDocument(id)).toEqual(document);
  });

  test("gets a version each from changes made at once", async () => {
    const { id } = await addBranch();
    const document = await readDocument(id);
    const colours = ["#000001", "#000002", "#000003", "#000004"];
    const answers = await Promise.all(
      colours.map((accentColour) =>
        owner.ask("PUT", settingsOf(id), {
          ...document,
          version: undefined,
          brand: { ...document.brand, accentColour },
        }),
      ),
    );
    expect(answers.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5]);
  });

  test("follows the branch when its name or languages change, and the other way round", async () => {
    const { id } = await addBranch();
    const patched = await owner.ask("PATCH", `/api/v1/branches/${id}`, { languages: ["en"] });
    expect(patched.body).toMatchObject({ languages: ["en"], settingsVersion: 2 });
    const document = await readDocument(id);
    expect(document.branch.languages).toEqual(["en"]);
    const branch = { ...document.branch, name: "Thảo Điền" };
    await owner.ask("PUT", settingsOf(id), { ...document, branch });
    const { body } = await owner.ask<{ branches: BranchReply[] }>("GET", "/api/v1/branches");
    expect(body.branches.find((each) => each.id === id)?.name).toBe("Thảo Điền");
  });
});

describe("a pull", () => {
  test("answers as the contract says, and with nothing when there is no news", async () => {
    const { id } = await addBranch();
    const { boxKey } = await enrol(id);
    const first = await pull(boxKey);
    expect(Check(PullReply, first.reply)).toBe(true);
    expect(readPullReply(first.reply).kind).toBe("pull");
    expect(await pull(boxKey, { settings: 1 })).toEqual({ status: 204, reply: null });
    // A box never goes back: one that holds more than the cloud keeps it.
    expect((await pull(boxKey, { settings: 9 })).status).toBe(204);
  });

  test("that waits is answered as soon as the settings change", async () => {
    const { id } = await addBranch();
    const { boxKey } = await enrol(id);
    const waiting = pull(boxKey, { settings: 1, wait: 20 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = Date.now();
    await owner.ask("PATCH", `/api/v1/branches/${id}`, { name: "Mới" });
    const { reply } = await waiting;
    expect(reply?.settings).toMatchObject({ version: 2, branch: { name: "Mới" } });
    // And not when its time is over.
    expect(Date.now() - from).toBeLessThan(15_000);
  });

  test("that waits is refused as soon as its box is removed", async () => {
    const { id } = await addBranch();
    const { boxKey, boxId } = await enrol(id);
    const waiting = pull(boxKey, { settings: 1, wait: 20 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = Date.now();
    await owner.ask("DELETE", `/api/v1/branches/${id}/boxes/${boxId}`);
    expect((await waiting).status).toBe(401);
    // And not when its time is over.
    expect(Date.now() - from).toBeLessThan(15_000);
  });

  test("that waits in vain ends when its time is over", async () => {
    const { id } = await addBranch();
    const { boxKey } = await enrol(id);
    const from = Date.now();
    expect((await pull(boxKey, { settings: 1, wait: 1 })).status).toBe(204);
    expect(Date.now() - from).toBeGreaterThanOrEqual(990);
    expect(Date.now() - from).toBeLessThan(15_000);
  });

  test("is not answered with another branch's news", async () => {
    const [mine, other] = [await addBranch(), await addBranch()];
    const { boxKey } = await enrol(mine.id);
    const waiting = pull(boxKey, { settings: 1, wait: 1 });
    await owner.ask("PATCH", `/api/v1/branches/${other.id}`, { name: "Mới" });
    expect((await waiting).status).toBe(204);
  });

  test("is refused with what no box can hold", async () => {
    const { boxKey } = await enrol((await addBranch(owner)).id);
    expect((await pull(boxKey, { settings: 2 ** 31 })).status).toBe(400);
    expect((await pull(boxKey, { commands: 1e300 })).status).toBe(400);
  });

  test("is refused with a wait that is too long", async () => {
    const { boxKey } = await enrol((await addBranch()).id);
    expect((await pull(boxKey, { wait: 56 })).status).toBe(400);
  });
});

describe("a box's card", () => {
  const report = (boxKey: string, payload: object) => {
    const [method, target, content] = [
      "POST",
      BOX_API.settingsReport,
      JSON.stringify(payload),
    ] as const;
    const signed = signBoxCall(boxKey, { method, target, content });
    const headers = { ...signed, "content-type": "application/json" };
    return site.app.inject({ method, url: target, headers, payload: content });
  };

  test("shows its last contact and the settings it holds", async () => {
    const { boxKey, boxId } = await enrol((await addBranch()).id);
    expect(await findBox(boxId)).toMatchObject({ lastContactAt: null, settingsVersion: 0 });
    await pull(boxKey);
    await pull(boxKey, { settings: 1 });
    const box = await findBox(boxId);
    expect(box?.settingsVersion).toBe(1);
    expect(Date.parse(box?.lastContactAt ?? "")).toBeGreaterThan(site.clock().getTime() - 10_000);
  });

  test("shows why settings were refused until some are in force", async () => {
    const { boxKey, boxId } = await enrol((await addBranch()).id);
    await report(boxKey, { version: 2, outcome: "refused", reason: "/nas is too new" });
    expect((await findBox(boxId))?.settingsFault).toBe("Version 2: /nas is too new");
    expect((await report(boxKey, { version: 3, outcome: "applied" })).statusCode).toBe(204);
    expect(await findBox(boxId)).toMatchObject({ settingsFault: null, settingsVersion: 3 });
    expect((await report(boxKey, { version: 3, outcome: "perhaps" })).statusCode).toBe(400);
  });

  test("shows the version in force while a newer one is refused, which the box names as it asks on", async () => {
    const { boxKey, boxId } = await enrol((await addBranch()).id);
    await report(boxKey, { version: 2, outcome: "applied" });
    await report(boxKey, { version: 3, outcome: "refused", reason: "/nas is too new" });
    await pull(boxKey, { settings: 3 });
    const settingsFault = "Version 3: /nas is too new";
    expect(await findBox(boxId)).toMatchObject({ settingsVersion: 2, settingsFault });
    await pull(boxKey, { settings: 1 });
    expect(await findBox(boxId)).toMatchObject({ settingsVersion: 1, settingsFault });
  });

  test("shows the release of its latest start, in whatever order the starts arrive", async () => {
    const { boxId, tenantId, branchId } = await enrol((await addBranch()).id);
    const start = (release: string, occurredAt: string, seq: number) => ({
      id: newId(),
      type: "box.started",
      version: 1,
      occurredAt: new Date(occurredAt),
      branchId,
      origin: { boxId, epoch: newId(), seq },
      payload: { release, settingsVersion: 1 },
      personal: {},
    });
    await site.database.changeTenant(tenantId, async () => ({
      result: null,
      events: [
        start("0.2.0", "2026-03-02T00:00:00Z", 2),
        start("0.1.0", "2026-03-01T00:00:00Z", 1),
      ],
    }));
    await site.follow(tenantId);
    expect((await findBox(boxId))?.release).toBe("0.2.0");
  });
});

describe("another company", () => {
  test("sees, changes and enrols nothing of this one", async () => {
    const { id } = await addBranch();
    const { boxId } = await enrol(id);
    const stranger = await site.signUp();
    const list = await stranger.ask<{ total: number }>("GET", "/api/v1/branches");
    expect(list.body.total).toBe(0);
    const path = `/api/v1/branches/${id}`;
    const document = await readDocument(id);
    for (const { status } of [
      await stranger.ask("GET", `${path}/settings`),
      await stranger.ask("PUT", `${path}/settings`, document),
      await stranger.ask("PATCH", path, { name: "Mine" }),
      await stranger.ask("POST", `${path}/boxes`, { name: "Mine" }),
      await stranger.ask("DELETE", `${path}/boxes/${boxId}`),
    ])
      expect(status).toBe(404);
    expect(await readDocument(id)).toEqual(document);
  });

  test("and a viewer of this one sees branches, but no secrets and no buttons that work", async () => {
    const { id } = await addBranch();
    const viewer = await site.invite(owner, "viewer", randomEmail());
    expect((await viewer.ask("GET", "/api/v1/branches")).status).toBe(200);
    expect((await viewer.ask("GET", settingsOf(id))).status).toBe(403);
    expect((await viewer.ask("POST", "/api/v1/branches", NEW_BRANCH)).status).toBe(403);
  });
});

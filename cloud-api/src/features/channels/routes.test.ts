import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { withClient } from "../../platform/roles.ts";

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
});

const BODY = {
  name: "eSMS",
  kind: "esms",
  settings: { baseUrl: "https://rest.esms.example", brandname: "Foyer", smsType: "2" },
  secrets: { apiKey: "api-key-of-a-test", secretKey: "secret-key-of-a-test" },
};
type Made = { id: string; secrets: Record<string, string> };
const add = async () => (await owner.ask<Made>("POST", "/api/v1/senders", BODY)).body;

describe("a sender", () => {
  test("shows when its secrets were set and never what they are, in no answer and not in the database", async () => {
    const made = await owner.ask<Made>("POST", "/api/v1/senders", BODY);
    expect(made.status).toBe(201);
    expect(Object.keys(made.body.secrets)).toEqual(["apiKey", "secretKey"]);
    const listed = await owner.ask("GET", "/api/v1/senders");
    expect(JSON.stringify([made.body, listed.body])).not.toContain("of-a-test");
    const { rows } = await withClient(site.administratorUrl, (client) =>
      client.query("select encode(sealed, 'escape') as sealed from sender_secrets"),
    );
    expect(JSON.stringify(rows)).not.toContain("of-a-test");
  });

  test("keeps its secrets when it is changed, but not when its address is", async () => {
    const { id } = await add();
    const renamed = { ...BODY, name: "eSMS 2", secrets: {} };
    expect((await owner.ask("PUT", `/api/v1/senders/${id}`, renamed)).status).toBe(200);
    const settings = { ...BODY.settings, baseUrl: "https://thief.example" };
    const moved = await owner.ask("PUT", `/api/v1/senders/${id}`, { ...renamed, settings });
    expect(moved).toMatchObject({ status: 400, body: { field: "/secrets/apiKey" } });
    const again = await owner.ask("PUT", `/api/v1/senders/${id}`, { ...BODY, settings });
    expect(again.status).toBe(200);
  });

  test("stays while a branch sends by it, and takes its secrets along when it goes", async () => {
    const { id } = await add();
    const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
    const branch = await owner.ask<{ id: string }>("POST", "/api/v1/branches", {
      ...{ ...place, languages: ["vi"] },
    });
    const path = `/api/v1/branches/${branch.body.id}/code-channels`;
    const { body: chain } = await owner.ask<{ version: number }>("GET", path);
    const steps = [{ senderId: id, timeoutSeconds: 10 }];
    const list = { version: chain.version, steps, messagesPerDay: 100, numbersFrom: ["KR"] };
    const saved = await owner.ask<{ version: number }>("PUT", path, list);
    expect(saved.body).toMatchObject({ steps, messagesPerDay: 100, numbersFrom: ["KR"] });
    expect((await owner.ask("PUT", path, list)).status).toBe(409);
    // What boxes are told of a step, so that guests hear by what their code comes.
    const settings = await owner.ask("GET", `/api/v1/branches/${branch.body.id}/settings`);
    const told = [{ kind: "cloud", steps: [{ ...steps[0], way: "sms" }] }];
    expect(settings.body).toMatchObject({ signIn: { phone: { channels: told } } });
    expect((await owner.ask("DELETE", `/api/v1/senders/${id}`)).status).toBe(409);
    await owner.ask("PUT", path, { ...list, version: saved.body.version, steps: [] });
    expect((await owner.ask("DELETE", `/api/v1/senders/${id}`)).status).toBe(200);
    const { rows } = await withClient(site.administratorUrl, (client) =>
      client.query("select from sender_secrets where sender_id = $1", [id]),
    );
    expect(rows).toEqual([]);
    const gone = { ...list, version: saved.body.version + 1 };
    expect((await owner.ask("PUT", path, gone)).status).toBe(400);
  });

  test("is seen by a viewer and changed by none, and is nothing to another company", async () => {
    const { id } = await add();
    const viewer = await site.invite(owner, "viewer", "viewer-of-senders@example.test");
    expect((await viewer.ask("GET", "/api/v1/senders")).status).toBe(200);
    expect((await viewer.ask("POST", "/api/v1/senders", BODY)).status).toBe(403);
    const stranger = await site.signUp();
    expect((await stranger.ask("PUT", `/api/v1/senders/${id}`, BODY)).status).toBe(404);
    const test = { contact: "+84912345678", language: "vi" };
    expect((await stranger.ask("POST", `/api/v1/senders/${id}/tests`, test)).status).toBe(404);
  });

  test("is tested at a contact it can reach, and so often in an hour", async () => {
    const { id } = await add();
    const ask = (contact: string) =>
      owner.ask("POST", `/api/v1/senders/${id}/tests`, { contact, language: "vi" });
    expect((await ask("an@example.test")).status).toBe(400);
    for (let each = 0; each < 20; each += 1)
      expect((await ask("+84 912 345 678")).status).toBe(202);
    expect((await ask("+84 912 345 678")).status).toBe(429);
  });
});

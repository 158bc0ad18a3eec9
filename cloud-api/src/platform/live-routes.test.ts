import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp, randomEmail, type TestApp } from "../../test/open-test-app.ts";
import type { Session } from "../features/access/schema.ts";

let site: TestApp;
let origin: string;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
  origin = await site.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => site?.close());

const BRANCH = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };

test("a stream ends with the membership, before it tells of another change", async () => {
  const owner = await site.signUp();
  const viewer = await site.invite(owner, "viewer", randomEmail());
  const { body } = await viewer.ask<Session>("GET", "/api/v1/session");
  const stream = await fetch(`${origin}/api/v1/live`, { headers: { cookie: viewer.cookie() } });
  const told = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const move = (name: string) => owner.ask("POST", "/api/v1/branches", { name, ...BRANCH });
  await move("Hồ Gươm");
  let text = "";
  while (!text.includes("event: change")) text += (await told?.read())?.value;

  await owner.ask("DELETE", `/api/v1/staff/${body.staff.id}`);
  site.passSeconds(1);
  await move("Tây Hồ");
  const from = performance.now();
  let later = "";
  for (let read = await told?.read(); read?.done === false; read = await told?.read())
    later += read.value;
  expect(later).not.toContain("event: change");
  // A silence, in which it would end anyhow, takes twenty seconds.
  expect(performance.now() - from).toBeLessThan(10_000);
});

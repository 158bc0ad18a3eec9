import { readBranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askUntil, openTestSite, type TestSite } from "./open-test-site.ts";

let site: TestSite;
beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());

test("part of CNV-5.1: a branch's time zone, languages and senders are set, and count from then on", async () => {
  const owner = await site.addOwner();
  const branch = await owner.addBranch();
  const box = await owner.addBox(branch.id);
  const held = async () => {
    const read = readBranchSettings((await box.pull())?.settings);
    if (read.kind === "invalid") throw new Error(read.reason);
    return read.settings;
  };
  expect((await held()).branch).toMatchObject({ timeZone: "Asia/Ho_Chi_Minh" });
  const change = (body: object) => owner.request("PATCH", `/api/v1/branches/${branch.id}`, body);
  const place = { timeZone: "America/New_York", languages: ["en"] };
  expect((await change(place)).status).toBe(200);
  expect((await held()).branch).toMatchObject(place);
  expect(await change({ timeZone: "Mars/Base" })).toMatchObject({ status: 400 });
  expect(await change({ languages: [] })).toMatchObject({ status: 400 });
  // A visit on an evening in New York is of that day there, though in Vietnam the next has begun.
  const { events, ...guest } = box.signIn({ phone: "+84912345678", name: "Lan" });
  const day = new Date(site.now().getTime() - 5 * 86_400_000).toISOString().slice(0, 10);
  const startedAt = new Date(`${day}T02:00:00Z`);
  const endedAt = new Date(startedAt.getTime() + 600_000);
  await box.push([...events, ...box.visit({ ...guest, startedAt, endedAt }).events]);
  type Days = { days: { day: string; visits: number }[] };
  const { days } = await askUntil(
    () => owner.get<Days>(`/api/v1/overview?branchId=${branch.id}`),
    (found) => found.days.some(({ visits }) => visits > 0),
  );
  const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  expect(days.filter(({ visits }) => visits > 0)).toMatchObject([{ day: before, visits: 1 }]);
  // A sender, and the order in which the branch's codes are tried with it.
  const sender = await owner.request("POST", "/api/v1/senders", {
    ...{ name: "eSMS", kind: "esms" },
    settings: { baseUrl: "https://rest.esms.example", brandname: "Foyer", smsType: "2" },
    secrets: { apiKey: "api-key-of-a-test", secretKey: "secret-key-of-a-test" },
  });
  expect(sender.status, JSON.stringify(sender.body)).toBe(201);
  const path = `/api/v1/branches/${branch.id}/code-channels`;
  const { version } = await owner.get<{ version: number }>(path);
  const steps = [{ senderId: (sender.body as { id: string }).id, timeoutSeconds: 10 }];
  const chain = { version, steps, messagesPerDay: 100, numbersFrom: ["US"] };
  expect((await owner.request("PUT", path, chain)).status).toBe(200);
  expect((await held()).signIn.phone).toMatchObject({
    ...{ messagesPerBranchDay: 100, numbersFrom: ["US"] },
    channels: [{ kind: "cloud", steps: [{ ...steps[0], way: "sms" }] }],
  });
});

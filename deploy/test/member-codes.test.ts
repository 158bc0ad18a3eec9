import type { HttpGateway } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digitsOf, openCodeSite, openProvider, type Provider } from "./code-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

const PHONE = "0912 345 678";

const gatewayOf = (provider: Provider): HttpGateway => ({
  ...{ kind: "http-gateway", method: "POST", url: provider.url },
  headers: { "content-type": "application/json" },
  bodyTemplate: '{"to":"{{phone}}","text":"{{text}}"}',
  success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  timeoutSeconds: 5,
});

type Customers = { customers: { id: string; name: string | null }[]; total: number };

test("a member's code given at one branch lets its guest in at another, which is cut off from the cloud", async () => {
  const provider = await openProvider();
  const channels = [gatewayOf(provider)];
  const here = await openCodeSite(cloud, { channels, takesMemberCodes: true });
  const there = await openCodeSite(cloud, { channels, takesMemberCodes: true });
  const lan = here.browser();
  await lan.askForCode(PHONE);
  await lan.submit("/code", { code: digitsOf(provider.messages[0]) });
  await lan.submit("/details", { name: "Lan" });
  await lan.openOnline();
  await lan.submit("/member-code/new", {});
  const memberCode = /\b[0-9]{4} [0-9]{4}\b/.exec(lan.words())?.[0] ?? "";
  const told = () =>
    there.store.read((tx) => tx.sql("select * from known_member_codes").all()) as object[];
  await askUntil(told, (rows) => rows.length === 1);

  there.uplink.cut();
  const other = there.browser();
  await other.arrive();
  const form = { phone: PHONE, terms: other.terms() };
  await other.submit("/member-code", { ...form, memberCode: "0000 0000" });
  expect(other.words()).toContain("This number and this code");
  expect(other.words()).not.toMatch(/\bLan\b/);
  expect(await other.submit("/member-code", { ...form, memberCode })).toBe(303);
  await other.openOnline();
  expect(other.words()).toContain("re online, Lan");
  expect(provider.messages).toHaveLength(1);

  there.uplink.restore();
  const known = await askUntil(
    () => there.store.read((tx) => tx.sql("select guest_id from known_guest_ids").all()),
    (rows) => rows.length === 2,
  );
  expect(known).toHaveLength(2);
  const { customers } = await cloud.get<Customers>("GET", "/api/v1/customers");
  expect(customers.map(({ name }) => name)).toEqual(["Lan"]);
});

import { createHash } from "node:crypto";
import type { EventPayload } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MetaApi, openMetaApi } from "../../../test/meta-api.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { AdvertEventsReply, AdvertTagsReply } from "./schema.ts";

const PATH = "/api/v1/advert-tags";
const PIXEL = "1234567890123456";
const TOKEN = "EAAB-token-of-a-test-0001";
const TEXT = { textVersion: 3, textSha256: "a".repeat(64) };
const HOUR = 60 * 60 * 1000;

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;
let meta: MetaApi;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.addOwner();
  box = await owner.addBox((await owner.addBranch()).id);
  meta = await openMetaApi({ token: TOKEN, now: site.now });
  const brandIds = (await read()).brands.map(({ id }) => id);
  const saved = await owner.request("PUT", PATH, {
    metaPixelId: PIXEL,
    googleTagId: null,
    brandIds,
  });
  expect(saved.status).toBe(200);
});

const read = () => owner.get<AdvertTagsReply>(PATH);
const giveToken = (token: string | null = TOKEN, apiUrl = meta.url) =>
  owner.request("PUT", `${PATH}/meta-access`, { token, apiUrl });
const listEvents = async () => (await owner.get<AdvertEventsReply>(`${PATH}/events`)).events;
const statesOf = async () =>
  Object.fromEntries((await listEvents()).map(({ id, state, reason }) => [id, reason ?? state]));
const until = (states: Record<string, string>) =>
  askUntil(statesOf, (now) => JSON.stringify(sort(now)) === JSON.stringify(sort(states)));
const sort = (of: object) => Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1));
const idOf = (letter: string) => letter.repeat(22);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

type Guest = { guestId: string; deviceId: string };
const aboutAds = (guest: Guest) => ({
  ...{ consentId: newId(), ...guest, nasId: NAS_ID, purpose: "ads" as const, ...TEXT },
  ...{ language: "vi" as const, method: "portal" as const },
});

/** Somebody who proved a number and agreed to adverts, and their visit as their box tells of it. */
async function visit(letter: string, change: Partial<EventPayload<"advert-tag.shown">> = {}) {
  const phone = `+8491234${String(letter.charCodeAt(0)).padStart(4, "0")}`;
  const { events, ...guest } = box.signIn({ phone, at: new Date(site.now().getTime() - HOUR) });
  const given = box.write("consent.given", aboutAds(guest), new Date(site.now().getTime() - HOUR));
  const shown = box.write("advert-tag.shown", {
    ...{ advertEventId: idOf(letter), name: "GuestVisit", visitId: newId() },
    ...{ guestId: guest.guestId, metaPixelId: PIXEL, googleTagId: null, ...TEXT, ...change },
  });
  await box.push([...events, given, shown]);
  return { guest, phone, shown };
}

test("part of MC-3.8: Meta is told of a visit by the id that the browser told, once, with nothing of the guest in clear", async () => {
  await giveToken();
  const { phone, shown } = await visit("a");
  expect(await until({ [idOf("a")]: "sent" })).toEqual({ [idOf("a")]: "sent" });
  await box.push([shown]);
  await visit("b");
  const both = { [idOf("a")]: "sent", [idOf("b")]: "sent" };
  expect(await until(both)).toEqual(both);
  expect(meta.calls.map(({ events }) => events.map((each) => each.event_id))).toEqual([
    [idOf("a")],
    [idOf("b")],
  ]);
  expect([...meta.taken.values()].slice(0, 1)).toEqual([
    {
      ...{ event_name: "GuestVisit", event_id: idOf("a"), action_source: "physical_store" },
      event_time: Math.floor(Date.parse(shown.occurredAt) / 1000),
      user_data: { ph: [sha256(phone.slice(1))] },
    },
  ]);
  expect(meta.calls[0]?.pixelId).toBe(PIXEL);
});

test("part of MC-3.8: whoever took the consent back before the sending is not told of", async () => {
  const { guest } = await visit("a");
  await visit("b");
  await until({ [idOf("a")]: "waiting", [idOf("b")]: "waiting" });
  await box.push([box.write("consent.withdrawn", aboutAds(guest))]);
  const expected = { [idOf("a")]: "consent-withdrawn", [idOf("b")]: "waiting" };
  expect(await until(expected)).toEqual(expected);
  await giveToken();
  const sent = { [idOf("a")]: "consent-withdrawn", [idOf("b")]: "sent" };
  expect(await until(sent)).toEqual(sent);
  expect([...meta.taken.keys()]).toEqual([`GuestVisit ${idOf("b")}`]);
});

test("part of MC-3.8: who is nobody, never agreed, or came under another pixel is left out, and the rest is sent", async () => {
  await visit("a");
  await visit("b", { metaPixelId: "9999999999999" });
  // Of a guest whom nobody knows: no consent came with it.
  await visit("c", { guestId: newId() });
  const guestId = newId();
  const stranger = { guestId, deviceId: newId() };
  await box.push([
    box.write("guest.registered", {
      ...{ ...stranger, nasId: NAS_ID, language: "vi", details: {}, termsVersion: 1 },
    }),
    box.write("consent.given", aboutAds(stranger)),
    box.write("advert-tag.shown", {
      ...{ advertEventId: idOf("d"), name: "GuestVisit", visitId: newId(), guestId },
      ...{ metaPixelId: PIXEL, googleTagId: null, ...TEXT },
    }),
  ]);
  await giveToken();
  const expected = {
    ...{ [idOf("a")]: "sent", [idOf("b")]: "other-pixel", [idOf("c")]: "consent-withdrawn" },
    [idOf("d")]: "unknown-person",
  };
  expect(await until(expected)).toEqual(expected);
});

test("part of MC-3.8: one event that Meta refuses fails its call, and the others are sent all the same", async () => {
  for (const letter of "abcde") await visit(letter);
  await until(Object.fromEntries([..."abcde"].map((letter) => [idOf(letter), "waiting"])));
  // Not yet too old by this clock, and by Meta's it is.
  await site.asAdministrator(
    "update advert_events set occurred_at = occurred_at - interval '166 hours' where id = $1",
    [idOf("c")],
  );
  const strict = await openMetaApi({
    ...{ token: TOKEN, now: () => new Date(site.now().getTime() + 3 * HOUR) },
  });
  await giveToken(TOKEN, strict.url);
  const expected = Object.fromEntries(
    [..."abcde"].map((letter) => [idOf(letter), letter === "c" ? "refused" : "sent"]),
  );
  expect(await until(expected)).toEqual(expected);
  expect(strict.taken.size).toBe(4);
});

test("part of MC-3.8: a token that is no good is said, and what waits is sent by the next one", async () => {
  await giveToken("EAAB-another-token-0002");
  await visit("a");
  const faulty = await askUntil(read, (now) => now.meta.fault !== null);
  expect(faulty.meta).toMatchObject({ hasToken: true, fault: "token", apiUrl: meta.url });
  expect(await statesOf()).toEqual({ [idOf("a")]: "waiting" });
  await giveToken();
  expect(await until({ [idOf("a")]: "sent" })).toEqual({ [idOf("a")]: "sent" });
  expect((await read()).meta).toMatchObject({ fault: null, faultAt: null });
});

test("part of MC-3.8: where Meta is away nothing is lost, and nothing is sent twice once it is back", async () => {
  meta.answer(503);
  await giveToken();
  await visit("a");
  await askUntil(read, (now) => now.meta.fault !== null);
  expect((await read()).meta.fault).toBe("unreachable");
  meta.answer(null);
  await giveToken();
  expect(await until({ [idOf("a")]: "sent" })).toEqual({ [idOf("a")]: "sent" });
  expect(meta.taken.size).toBe(1);
});

test("part of MC-3.8: the token is sealed at rest, told to nobody, and sent to no address that is another than it was given for", async () => {
  await giveToken();
  const rows = await site.readAsAdministrator<{ row: string }>(
    "select advert_settings::text as row from advert_settings where tenant_id = $1",
    [owner.tenantId],
  );
  const hex = Buffer.from(TOKEN).toString("hex");
  expect(rows).toHaveLength(1);
  for (const { row } of rows) expect(row).not.toMatch(new RegExp(`${TOKEN}|${hex}`));
  expect(JSON.stringify(await read())).not.toContain(TOKEN);
  expect(JSON.stringify(await owner.get("/api/v1/audit"))).not.toContain(TOKEN);
  const elsewhere = { apiUrl: "https://elsewhere.example/v25.0" };
  const answer = await owner.request("PUT", `${PATH}/meta-access`, elsewhere);
  expect(answer).toMatchObject({ status: 400, body: { field: "/token" } });
  for (const apiUrl of [
    "ftp://graph.facebook.com",
    "https://me:secret@x.example/v1",
    "https://x.example/?a=",
  ])
    expect(await giveToken(TOKEN, apiUrl)).toMatchObject({
      status: 400,
      body: { field: "/apiUrl" },
    });
  await giveToken(null);
  expect((await read()).meta).toMatchObject({ hasToken: false });
  await visit("a");
  expect(await until({ [idOf("a")]: "waiting" })).toEqual({ [idOf("a")]: "waiting" });
});

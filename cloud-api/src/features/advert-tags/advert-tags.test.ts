import type { BranchSettings, EventPayload } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { AdvertEventsReply, AdvertTagsBody, AdvertTagsReply } from "./schema.ts";

const PATH = "/api/v1/advert-tags";
const TAGS = { metaPixelId: "1234567890123456", googleTagId: "G-AB12CD34EF" };
const TEXT = { textVersion: 3, textSha256: "a".repeat(64) };
const DAY = 24 * 60 * 60 * 1000;

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;
let brandId: string;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.addOwner();
  box = await owner.addBox((await owner.addBranch()).id);
  brandId = (await read()).brands[0]?.id ?? "";
});

const read = () => owner.get<AdvertTagsReply>(PATH);
const put = (body: Partial<AdvertTagsBody> = {}, by = owner) =>
  by.request("PUT", PATH, { ...TAGS, brandIds: [brandId], ...body });
const told = async (from = box): Promise<BranchSettings> =>
  (await from.pull())?.settings as BranchSettings;
const listEvents = async () =>
  (await owner.get<AdvertEventsReply>(`${PATH}/events?days=30`)).events;
const idOf = (letter: string) => letter.repeat(22);

type Shown = EventPayload<"advert-tag.shown">;
type Guest = { guestId: string; deviceId: string };

async function addGuest(phone = "+84912345678"): Promise<Guest> {
  const { events, ...guest } = box.signIn({ phone });
  await box.push(events);
  return guest;
}

const shown = ({ guestId }: Guest, change: Partial<Shown> = {}, at?: Date) =>
  box.write(
    "advert-tag.shown",
    {
      ...{ advertEventId: idOf("a"), name: "GuestVisit", visitId: newId(), guestId },
      ...{ ...TAGS, ...TEXT, ...change },
    },
    at,
  );

const listed = (count: number) => askUntil(listEvents, (events) => events.length === count);

test("part of MC-3.8: the tags are told to the boxes of the brands they are on for, and taken off them", async () => {
  expect((await told()).advertTags).toBeUndefined();
  expect(await put()).toMatchObject({ status: 200, body: { ...TAGS } });
  expect((await told()).advertTags).toEqual(TAGS);
  const made = { name: "Trà Gió", accentColour: "#aa3300" };
  const other = (await owner.request("POST", "/api/v1/brands", made)).body as { id: string };
  // A branch that comes to a brand without tags has none from then on, and hears of it.
  const before = (await told()).version;
  const moved = { branchIds: [box.branchId] };
  await owner.request("PUT", `/api/v1/brands/${other.id}/branches`, moved);
  const settings = await askUntil(told, ({ version }) => version > before);
  expect(settings.advertTags).toBeUndefined();
  await put({ metaPixelId: null, googleTagId: " aw-123456789 ", brandIds: [other.id] });
  expect((await told()).advertTags).toEqual({ metaPixelId: null, googleTagId: "AW-123456789" });
  await put({ brandIds: [] });
  expect((await told()).advertTags).toBeUndefined();
});

test("part of MC-3.8: what is no id is refused with its field and why, and nothing is saved", async () => {
  for (const [body, field, words] of [
    [{ metaPixelId: "<script>" }, "/metaPixelId", "digits alone"],
    [{ googleTagId: "GTM-ABC1234" }, "/googleTagId", "Tag Manager"],
    [{ brandIds: [brandId, newId()] }, "/brandIds/1", "no such brand"],
  ] as const)
    expect(await put(body as Partial<AdvertTagsBody>)).toMatchObject({
      ...{ status: 400, body: { field, message: expect.stringContaining(words) } },
    });
  expect(await read()).toMatchObject({ metaPixelId: null, googleTagId: null });
});

test("part of MC-3.8: of changes that are saved at once the last is the one that boxes are told", async () => {
  const ids = ["G-AAAAAAAAAA", "G-BBBBBBBBBB", "G-CCCCCCCCCC", "G-DDDDDDDDDD"];
  const answers = await Promise.all(
    ids.flatMap((googleTagId) => [put({ googleTagId }), put({ googleTagId, brandIds: [] })]),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const { googleTagId, brands } = await read();
  const { advertTags } = await told();
  expect(advertTags?.googleTagId).toBe(brands[0]?.isOn ? googleTagId : undefined);
  // A box is told by the version: each change that is one to it has raised it.
  const { version } = await told();
  await put({ googleTagId: "G-EEEEEEEEEE", brandIds: [brandId] });
  expect((await told()).version).toBeGreaterThan(version);
  await put({ googleTagId: "G-EEEEEEEEEE", brandIds: [brandId] });
  expect((await told()).version).toBe(version + 1);
});

test("part of MC-3.8: whoever may only look, or is of some branches, changes nothing", async () => {
  const viewer = await site.addViewer(owner);
  expect(await viewer.get<AdvertTagsReply>(PATH)).toMatchObject({ metaPixelId: null });
  const ofBranch = await site.addStaffOf(owner, [box.branchId]);
  for (const each of [viewer, ofBranch]) expect((await put({}, each)).status).toBe(403);
  expect((await ofBranch.request("GET", PATH)).status).toBe(403);
});

test("part of MC-3.8: the cloud's record has the id of the browser's copy, once however often it is told", async () => {
  const guest = await addGuest();
  const event = shown(guest);
  await box.push([event]);
  await box.push([event]);
  // Told under another event: the first who told of the id is believed.
  await box.push([shown(guest, { visitId: newId() }), shown(guest, { advertEventId: idOf("b") })]);
  const events = await listed(2);
  expect(events.map(({ id }) => id).toSorted()).toEqual([idOf("a"), idOf("b")]);
  expect(events.find(({ id }) => id === idOf("a"))).toMatchObject({
    ...{ name: "GuestVisit", visitId: event.payload.visitId, branchId: box.branchId, ...TAGS },
    ...{ state: "waiting", reason: null, textVersion: 3 },
  });
  expect((await read()).lastWeek).toEqual({ waiting: 2, sent: 0, leftOut: 0 });
});

test("part of MC-3.8: another company sees none of it, and an id that is none is set aside at the door", async () => {
  await box.push([shown(await addGuest())]);
  await listed(1);
  const stranger = await site.addOwner("Trà Sen");
  expect(await stranger.get<AdvertEventsReply>(`${PATH}/events`)).toEqual({
    ...{ events: [], nextCursor: null, total: 0 },
  });
  const made = shown(await addGuest("+84912345679"), { advertEventId: "' or 1=1 --" as string });
  expect(await box.push([made])).toMatchObject({ setAside: [{ seq: made.seq }] });
  expect(await listed(1)).toHaveLength(1);
});

test("part of MC-3.8: they are listed by what became of them, page by page, and no cursor that is made up is read", async () => {
  const guest = await addGuest();
  const letters = [..."abcdef"];
  await box.push(
    letters.map((letter, at) =>
      shown(guest, {
        advertEventId: idOf(letter),
        ...(at % 2 === 1 && { metaPixelId: null }),
      }),
    ),
  );
  await listed(6);
  const page = (query: string) => owner.get<AdvertEventsReply>(`${PATH}/events?${query}`);
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more: AdvertEventsReply = await page(`limit=2${cursor && `&cursor=${cursor}`}`);
    ids.push(...more.events.map(({ id }) => id));
    cursor = more.nextCursor;
  }
  expect(ids.toSorted()).toEqual(letters.map(idOf));
  expect(await page("state=left-out&limit=1")).toMatchObject({ total: 3 });
  expect((await page("state=waiting")).events.map(({ id }) => id).toSorted()).toEqual([
    ...[idOf("a"), idOf("c"), idOf("e")],
  ]);
  for (const cursor of ["x", `2026-13-01T00:00:00.000Z~${idOf("a")}`, "'; drop table x"])
    expect(
      await owner.request("GET", `${PATH}/events?cursor=${encodeURIComponent(cursor)}`),
    ).toMatchObject({ status: 400, body: { field: "/cursor" } });
});

test("part of MC-3.8: an event that only Google is told of, or that Meta would refuse for its age, is left out", async () => {
  const guest = await addGuest();
  const old = new Date(site.now().getTime() - 8 * DAY);
  await box.push([
    shown(guest, { metaPixelId: null }),
    shown(guest, { advertEventId: idOf("b") }, old),
  ]);
  const events = await listed(2);
  expect(events.map(({ state, reason }) => [state, reason])).toEqual([
    ["left-out", "browser-only"],
    ["left-out", "too-old"],
  ]);
});

test("part of MC-3.8: what waits is left out once its guest takes the consent back", async () => {
  const [lan, minh] = [await addGuest(), await addGuest("+84912345679")];
  await box.push([shown(lan), shown(minh, { advertEventId: idOf("b") })]);
  await listed(2);
  await box.push([
    box.write("consent.withdrawn", {
      ...{ consentId: newId(), ...lan, nasId: NAS_ID, purpose: "ads" },
      ...{ ...TEXT, language: "vi", method: "portal" },
    }),
  ]);
  const events = await askUntil(listEvents, (all) => all.some(({ state }) => state !== "waiting"));
  const byId = Object.fromEntries(events.map(({ id, state, reason }) => [id, [state, reason]]));
  expect(byId).toEqual({
    [idOf("a")]: ["left-out", "consent-withdrawn"],
    [idOf("b")]: ["waiting", null],
  });
});

test("part of MC-3.8: nothing is left of a guest who was forgotten, and nothing comes back", async () => {
  const lan = await addGuest();
  const event = shown(lan);
  await box.push([event]);
  await listed(1);
  const asked = { requestId: newId(), ...lan, nasId: NAS_ID, language: "vi" as const };
  await box.push([box.write("guest.deletion-requested", asked)]);
  expect(await listed(0)).toEqual([]);
  await box.push([
    shown(lan, { advertEventId: idOf("b") }),
    shown(await addGuest("+84912345679"), { advertEventId: idOf("c") }),
  ]);
  const left = await listed(1);
  expect(left.map(({ id }) => id)).toEqual([idOf("c")]);
});

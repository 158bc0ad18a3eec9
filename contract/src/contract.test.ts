import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBranchSettings } from "./branch-settings.ts";
import { eventSchemas, findPersonalPaths, readEvent } from "./event.ts";
import { toSeqRanges } from "./ingest.ts";
import { readPullReply } from "./known-guests.ts";
import { joinPersonal, listPersonalPaths, splitPersonal } from "./personal.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures");
const load = (path: string) => JSON.parse(readFileSync(join(FIXTURES, path), "utf8"));
const goldenFiles = readdirSync(join(FIXTURES, "events"));

describe("events", () => {
  test("each version of each event has a golden file, and no file is left over", () => {
    const expected = Object.entries(eventSchemas)
      .flatMap(([type, versions]) => Object.keys(versions).map((v) => `${type}.v${v}.json`))
      .concat("guest.registered.v99.json");
    expect(goldenFiles.toSorted()).toEqual(expected.toSorted());
  });

  test.each(goldenFiles.filter((file) => !file.includes(".v99.")))("%s is read", (file) => {
    expect(readEvent(load(`events/${file}`))).toMatchObject({ kind: "known" });
  });

  test("a version from the future is kept, not refused", () => {
    const golden = load("events/guest.registered.v99.json");
    expect(readEvent(golden)).toEqual({ kind: "unknown", event: golden });
    expect(findPersonalPaths("guest.registered", 99)).toBeNull();
  });

  test("a payload that does not fit is refused with the place and the reason", () => {
    const golden = load("events/guest.verified.v1.json");
    golden.payload.phone = "0900 000 001";
    const read = readEvent(golden);
    expect(read).toMatchObject({ kind: "invalid" });
    expect(read.kind === "invalid" && read.reason).toContain("guest.verified v1: /phone");
  });

  test.each([
    ["seq", 0],
    ["seq", 1.5],
    ["id", "not-a-uuid"],
    ["occurredAt", "yesterday"],
    ["type", "Guest Registered"],
    ["payload", null],
    ["epoch", undefined],
  ])("an envelope with %s = %s is refused", (key, value) => {
    const golden = { ...load("events/box.started.v1.json"), [key]: value };
    expect(readEvent(golden)).toMatchObject({ kind: "invalid" });
  });

  test.each([
    ["startedAt", "2016-12-31T23:59:60Z"],
    ["startedAt", "9999-12-31T23:59:59-14:00"],
    ["startedAt", "0001-01-01T00:00:00Z"],
  ])("a payload with %s = %s is refused: no program can hold that moment", (key, value) => {
    const golden = load("events/visit.started.v1.json");
    golden.payload[key] = value;
    const read = readEvent(golden);
    expect(read.kind === "invalid" && read.reason).toContain(`/${key}`);
  });

  test("a version that a database cannot hold is refused", () => {
    const golden = load("events/guest.registered.v1.json");
    golden.payload.termsVersion = 2 ** 31;
    const read = readEvent(golden);
    expect(read.kind === "invalid" && read.reason).toContain("/termsVersion");
  });

  test("a guest of a branch without terms is registered under none", () => {
    const golden = load("events/guest.registered.v1.json");
    golden.payload.termsVersion = null;
    expect(readEvent(golden).kind).toBe("known");
    golden.payload.termsVersion = 0;
    expect(readEvent(golden).kind).toBe("invalid");
  });

  test.each([null, 7, "text", [], {}])("%j is refused, never thrown at", (value) => {
    expect(readEvent(value)).toMatchObject({ kind: "invalid" });
  });
});

describe("personal fields", () => {
  test("every phone, MAC, name, email, birthday and address of an event is marked", () => {
    const marked = Object.entries(eventSchemas).flatMap(([type, versions]) =>
      listPersonalPaths(versions[1]).map((path) => `${type} ${path}`),
    );
    expect(marked.toSorted()).toEqual([
      "code.requested phone",
      "consent.given ip",
      "consent.withdrawn ip",
      "device.seen mac",
      "guest.registered details.birthday",
      "guest.registered details.email",
      "guest.registered details.name",
      "guest.verified phone",
    ]);
  });

  test("splitting and joining gives the payload back, and the log's part names nobody", () => {
    const { payload } = load("events/guest.registered.v1.json");
    const paths = findPersonalPaths("guest.registered", 1) ?? [];
    const { impersonal, personal } = splitPersonal(payload, paths);
    expect(JSON.stringify(impersonal)).not.toMatch(/Nguyễn|example\.test|02-29/);
    expect(Object.keys(personal)).toHaveLength(3);
    expect(joinPersonal(impersonal, personal)).toEqual(payload);
    expect(joinPersonal(impersonal, {})).toEqual({ ...payload, details: {} });
  });

  test("a field that is absent stays absent", () => {
    expect(splitPersonal({ details: {} }, ["details.name", "ip"])).toEqual({
      impersonal: { details: {} },
      personal: {},
    });
  });
});

describe("branch settings", () => {
  const settings = () => load("settings/branch-settings.json");

  test("the golden document is read", () => {
    expect(readBranchSettings(settings())).toMatchObject({ kind: "settings" });
  });

  test.each<[place: string, path: string[], value: unknown]>([
    ["/branch/timeZone", ["branch", "timeZone"], "Mars/Olympus"],
    ["/branch/timeZone", ["branch", "timeZone"], "+07:00"],
    ["/branch/timeZone", ["branch", "timeZone"], "-0330"],
    ["/branch/timeZone", ["branch", "timeZone"], "CET"],
    ["/legalTexts", ["legalTexts"], []],
    ["/signIn/phone/channels", ["signIn", "phone", "channels"], []],
    ["/signIn", ["signIn", "phone", "enabled"], false],
    ["/nas", ["nas", "1", "id"], settings().nas[0].id],
    ["/policies", ["policies"], []],
    ["/brand/accentColour", ["brand", "accentColour"], "red; }"],
    ["/version", ["version"], 0],
  ])("a fault at %s is said with its place", (place, path, value) => {
    const document = settings();
    const parent = path.slice(0, -1).reduce((node, key) => node[key], document);
    parent[path.at(-1) as string] = value;
    const read = readBranchSettings(document);
    expect(read.kind === "invalid" && read.reason).toContain(place);
  });

  test("a policy may name groups, tags, tiers and a last visit, or leave them out", () => {
    const document = settings();
    const [{ when }] = document.policies;
    expect(when).not.toHaveProperty("groups");
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    Object.assign(when, { groups: ["vip"], tags: [], tiers: ["gold"], visitNumberMax: 4 });
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    when.groups = ["not an id, but words"];
    expect(readBranchSettings(document)).toMatchObject({
      reason: expect.stringContaining("/policies/0/when/groups/0"),
    });
  });

  test("a policy whose last visit is before its first fits nobody and is refused", () => {
    const document = settings();
    Object.assign(document.policies[0].when, { visitNumberMin: 5, visitNumberMax: 4 });
    expect(readBranchSettings(document)).toMatchObject({
      reason: expect.stringContaining("/policies/0/when/visitNumberMax"),
    });
    document.policies[0].when.visitNumberMax = 5;
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
  });

  test("two NAS cannot be the one that a certificate names, in whatever letters", () => {
    const document = settings();
    const [coova] = document.nas;
    const id = "01990000-0000-7000-8000-000000000099";
    document.nas = [
      { ...coova, radsecName: "ap-1.test" },
      { ...coova, id, source: "", radsecName: "AP-2.test" },
    ];
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    document.nas[1].radsecName = "AP-1.test";
    expect(readBranchSettings(document)).toEqual({
      kind: "invalid",
      reason: "/nas has two entries with one radsecName",
    });
  });

  const memberWifi = { enabled: true, ssid: "Café", domain: "cafe.example", innerMethod: "pap" };

  test.each([
    [memberWifi],
    [{ ...memberWifi, ssid: "a".repeat(32) }],
    [{ ...memberWifi, friendlyName: { vi: "Quán", en: "" } }],
    [{ ...memberWifi, enabled: false, innerMethod: "mschapv2" }],
  ])("a secure SSID for guests is read: %j", (value) => {
    const read = readBranchSettings({ ...settings(), memberWifi: value });
    expect(read).toMatchObject({ kind: "settings", settings: { memberWifi: value } });
  });

  test.each([
    ["/memberWifi/ssid", { ssid: "" }],
    ["/memberWifi/ssid", { ssid: "ô".repeat(17) }],
    ["/memberWifi/ssid", { ssid: "a\nb" }],
    ["/memberWifi/domain", { domain: "cafe" }],
    ["/memberWifi/domain", { domain: "Cafe.example" }],
    ["/memberWifi/domain", { domain: "cafe.example/<x>" }],
    ["/memberWifi/friendlyName", { friendlyName: {} }],
    ["/memberWifi/friendlyName", { friendlyName: { vi: " " } }],
    ["/memberWifi/innerMethod", { innerMethod: "md5" }],
  ])("a secure SSID with a fault at %s is refused (case %#)", (place, fault) => {
    const read = readBranchSettings({ ...settings(), memberWifi: { ...memberWifi, ...fault } });
    expect(read.kind === "invalid" && read.reason).toContain(place);
  });

  test("a secure SSID that nobody could be given, or log in to, is refused", () => {
    const document = settings();
    const withoutPhone = structuredClone(document.signIn);
    Object.assign(withoutPhone, { clickThrough: "always" });
    withoutPhone.phone.enabled = false;
    const gateway = document.nas.filter((nas: { kind: string }) => nas.kind === "opennds");
    for (const [fault, words] of [
      [{ signIn: withoutPhone }, "sign-in by phone"],
      [{ nas: gateway }, "speaks RADIUS"],
    ] as const) {
      const read = readBranchSettings({ ...document, memberWifi, ...fault });
      expect(read.kind === "invalid" && read.reason).toContain(words);
      const off = { ...memberWifi, enabled: false };
      const readOff = readBranchSettings({ ...document, memberWifi: off, ...fault });
      expect(readOff.kind).toBe("settings");
    }
  });

  /** A document whose only NAS are these two, each with an id of its own. */
  const withTwo = (one: object, other: object) => {
    const document = settings();
    const asked = { kind: "radius", vendor: "plain", radiusSecret: "radius-secret", name: "AP" };
    const id = (last: number) => `01990000-0000-7000-8000-00000000009${last}`;
    document.nas = [one, other].map((each, at) => ({ ...asked, id: id(at), ...each }));
    return readBranchSettings(document);
  };

  test("NAS behind one source are told apart by NAS-Identifier, letter for letter", () => {
    const source = "203.0.113.0/24";
    const lobby = { source, nasIdentifier: "lobby" };
    for (const nasIdentifier of ["", "Lobby", "garden"])
      expect(withTwo(lobby, { source, nasIdentifier })).toMatchObject({ kind: "settings" });
    expect(withTwo(lobby, { ...lobby, source: "203.0.113.0/25" })).toMatchObject({
      kind: "settings",
    });
  });

  test.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["10.1.0.0/16", "10.1.255.1/16"],
    ["0.0.0.0/0", "192.0.2.1/0"],
    ["2001:db8::1", "2001:0DB8:0:0::1/128"],
    ["2001:db8::/32", "2001:db8:ffff::/32"],
    ["::ffff:192.0.2.1", "::FFFF:c000:0201"],
  ])("%s and %s are one source: the same identifier on both is refused", (one, other) => {
    for (const nasIdentifier of ["", "lobby"]) {
      const read = withTwo({ source: one, nasIdentifier }, { source: other, nasIdentifier });
      expect(read).toEqual({
        kind: "invalid",
        reason: `/nas/1/nasIdentifier is that of another NAS with the source ${other}`,
      });
    }
  });

  test("what is no address is compared with nothing, nor is a NAS by RadSec alone", () => {
    for (const source of ["", "everywhere", "10.1.0.0/33", "10.01.0.1", "::1/129", "1::2::3"]) {
      const nas = { source, nasIdentifier: "" };
      expect(withTwo(nas, nas)).toMatchObject({ kind: "settings" });
    }
  });

  test("a NAS that only asks RADIUS names its vendor, and needs no login origin", () => {
    const nas = { source: "10.1.0.1", nasIdentifier: "" };
    const other = { source: "10.1.0.2", nasIdentifier: "" };
    expect(withTwo(nas, { ...other, vendor: "mikrotik" })).toMatchObject({ kind: "settings" });
    for (const fault of [
      { vendor: "nobody" },
      { vendor: undefined },
      { disconnectPort: 0 },
      { sessionNames: [] },
      { sessionNames: ["NAS-Port"] },
      { macForm: "whatever" },
      { radiusSecret: "short" },
    ])
      expect(withTwo(nas, { ...other, ...fault })).toMatchObject({ kind: "invalid" });
  });

  test.each([null, "", [], 1])("%j is refused, never thrown at", (value) => {
    expect(readBranchSettings(value)).toMatchObject({ kind: "invalid" });
  });

  test("settings that do not parse cannot hold back the rest of a pull", () => {
    const reply = { settings: { version: "broken" }, knownGuests: null, commands: [] };
    expect(readPullReply(reply)).toEqual({ kind: "pull", reply });
    expect(readPullReply({ settings: null })).toMatchObject({ kind: "invalid" });
  });
});

describe("known guests", () => {
  const guest = {
    customerId: "01990000-0000-7000-8000-0000000000c1",
    phoneHash: "a".repeat(64),
    guestIds: [],
    name: "Lan",
    language: "vi",
    visits: 4,
  };
  const pulled = (marks: object) => {
    const key = Buffer.alloc(32).toString("base64");
    const told = { position: 1, complete: true, key, removed: [], countedThrough: null };
    const knownGuests = { ...told, guests: [{ ...guest, ...marks }] };
    return readPullReply({ settings: null, knownGuests, commands: [] });
  };

  test("a cloud that knows no marks is still understood", () => {
    expect(pulled({})).toMatchObject({ kind: "pull" });
  });

  test("marks are ids, never words about a person", () => {
    const marks = { groups: [guest.customerId], tags: ["reviews"], tier: null };
    expect(pulled(marks)).toMatchObject({ kind: "pull" });
    expect(pulled({ tags: ["complains a lot"] })).toMatchObject({
      kind: "invalid",
      reason: expect.stringContaining("/knownGuests/guests/0/tags/0"),
    });
  });
});

describe("acknowledgement ranges", () => {
  test.each([
    [[], []],
    [[3], [{ from: 3, to: 3 }]],
    [
      [5, 1, 2, 3, 3, 7],
      [
        { from: 1, to: 3 },
        { from: 5, to: 5 },
        { from: 7, to: 7 },
      ],
    ],
  ])("%j are joined", (seqs, ranges) => {
    expect(toSeqRanges(seqs)).toEqual(ranges);
  });
});

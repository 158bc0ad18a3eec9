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
    ["/branch/name", ["branch", "name"], ""],
    ["/branch/name", ["branch", "name"], "  "],
    ["/brand/name", ["brand", "name"], ""],
    ["/branch/country", ["branch", "country"], "ZZ"],
    ["/branch/languages", ["branch", "languages"], ["vi", "vi"]],
    ["/nas/0/source", ["nas", "0", "source"], ""],
    ["/nas/0/source", ["nas", "0", "source"], "not an address"],
    ["/nas/0/source", ["nas", "0", "source"], "10.0.0.0/33"],
    ["/nas/0/source", ["nas", "0", "source"], "2001:db8::/129"],
    ["/nas/0/source", ["nas", "0", "source"], "10.0.0.0/8/8"],
    ["/nas/1/source", ["nas", "1", "source"], "gateway.example"],
    ["/nas/0/uamServer", ["nas", "0", "uamServer"], "http://"],
    ["/nas/0/loginOrigins/0", ["nas", "0", "loginOrigins"], ["http://"]],
    ["/nas/1/loginOrigins/1", ["nas", "1", "loginOrigins"], ["http://a", "http://a b/x?y"]],
    ["/legalTexts/0/label", ["legalTexts", "0", "label"], {}],
    ["/legalTexts/0/body", ["legalTexts", "0", "body"], { vi: "  " }],
    ["/signIn/landingUrl", ["signIn", "landingUrl"], "https://"],
    ["/signIn/landingUrl", ["signIn", "landingUrl"], "http://\nshop.example"],
  ])("a fault at %s is said with its place", (place, path, value) => {
    const document = settings();
    const parent = path.slice(0, -1).reduce((node, key) => node[key], document);
    parent[path.at(-1) as string] = value;
    const read = readBranchSettings(document);
    expect(read.kind === "invalid" && read.reason).toContain(place);
  });

  test("a gateway's answers cannot succeed from a status on that is above the last one", () => {
    const document = settings();
    const success = { statusMin: 500, statusMax: 200, bodyIncludes: null };
    const call = {
      method: "GET",
      url: "https://sms.example/send",
      headers: {},
      bodyTemplate: null,
    };
    const channel = { kind: "http-gateway", ...call, success, timeoutSeconds: 5 };
    document.signIn.phone.channels = [channel];
    expect(readBranchSettings(document)).toEqual({
      kind: "invalid",
      reason: "/signIn/phone/channels/0/success/statusMin is above statusMax",
    });
    channel.success = { ...success, statusMax: 599 };
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
  });

  test("two NAS behind one address are told apart by their identifier, and need one each", () => {
    const document = settings();
    const [coova] = document.nas;
    const id = "01990000-0000-7000-8000-000000000099";
    document.nas = [
      { ...coova, source: "10.0.0.1" },
      { ...coova, id, source: "10.0.0.1/32", nasIdentifier: "other" },
    ];
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    document.nas[1].nasIdentifier = coova.nasIdentifier;
    expect(readBranchSettings(document)).toEqual({
      kind: "invalid",
      reason: expect.stringMatching(/^\/nas\/1\/nasIdentifier is that of another NAS/),
    });
  });

  test.each(["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32"])(
    "a NAS may send from %s",
    (source) => {
      const document = settings();
      document.nas[0].source = source;
      expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    },
  );

  test("a NAS known by its certificate alone needs no source", () => {
    const document = settings();
    Object.assign(document.nas[0], { source: "", radsecName: "ap.test" });
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
  });

  test("a legal text needs words in one of the branch's languages, not in all of them", () => {
    const document = settings();
    document.branch.languages = ["vi", "en"];
    for (const text of document.legalTexts) delete text.label.en;
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    document.branch.languages = ["en"];
    expect(readBranchSettings(document)).toMatchObject({ kind: "invalid" });
  });

  test("two NAS cannot be the one that a certificate names, in whatever letters", () => {
    const document = settings();
    const [coova] = document.nas;
    const id = "01990000-0000-7000-8000-000000000099";
    document.nas = [
      { ...coova, radsecName: "ap-1.test" },
      { ...coova, id, radsecName: "AP-2.test" },
    ];
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    document.nas[1].radsecName = "AP-1.test";
    expect(readBranchSettings(document)).toEqual({
      kind: "invalid",
      reason: "/nas has two entries with one radsecName",
    });
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

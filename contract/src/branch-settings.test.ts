import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBranchSettings } from "./branch-settings.ts";
import { readPullReply } from "./known-guests.ts";
import { listWaysIn } from "./ways-in.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures");
const load = (path: string) => JSON.parse(readFileSync(join(FIXTURES, path), "utf8"));

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

  test("codes by e-mail need a channel that carries them, and may be the only way in", () => {
    const document = settings();
    const { signIn } = document;
    signIn.email = { enabled: true };
    signIn.phone.enabled = false;
    signIn.clickThrough = "off";
    signIn.phone.channels = [{ kind: "outbox" }];
    expect(readBranchSettings(document)).toMatchObject({ kind: "settings" });
    signIn.phone.channels = [];
    const read = readBranchSettings(document);
    expect(read.kind === "invalid" && read.reason).toContain("/signIn/email");
  });

  test("the ways in come in the branch's order, those it leaves out after them, and none that is off", () => {
    const document = settings();
    const { signIn } = document;
    Object.assign(signIn, { clickThrough: "always", accessCode: { enabled: true } });
    expect(listWaysIn(document)).toEqual(["phone", "clickThrough", "accessCode"]);
    signIn.order = ["email", "accessCode"];
    expect(listWaysIn(document)).toEqual(["accessCode", "phone", "clickThrough"]);
    signIn.email = { enabled: true };
    expect(listWaysIn(document)).toEqual(["email", "accessCode", "phone", "clickThrough"]);
    signIn.order = ["email", "email"];
    expect(readBranchSettings(document).kind).toBe("invalid");
    signIn.order = ["fax"];
    expect(readBranchSettings(document).kind).toBe("invalid");
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

  test.each([
    ["/nas/0/usernameField", { usernameField: "user id" }],
    ["/nas/0/vendor", { vendor: "nobody" }],
    ["/nas/0/radiusSecret", { radiusSecret: "short" }],
    ["/nas/0/loginOrigins/0", { loginOrigins: ["portal"] }],
    ["/nas/0 ", { kind: "none" }],
  ])("what is wrong with a NAS is said by its own kind: %s", (words, fault) => {
    const { id, name, source, radiusSecret, nasIdentifier, loginOrigins } = settings().nas[0];
    const radius = { id, name, source, radiusSecret, nasIdentifier, loginOrigins };
    const webLogin = { ...radius, kind: "web-login", vendor: "zyxel" };
    expect(readBranchSettings({ ...settings(), nas: [webLogin] }).kind).toBe("settings");
    const read = readBranchSettings({ ...settings(), nas: [{ ...webLogin, ...fault }] });
    expect(read.kind === "invalid" && read.reason).toContain(words);
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

  test.each(["", "everywhere", "10.1.0.0/33", "10.01.0.1", "::1/129", "1::2::3"])(
    "a source of %j, which is no address, is refused",
    (source) => {
      const nas = { source, nasIdentifier: "" };
      expect(withTwo(nas, { ...nas, nasIdentifier: "b" })).toMatchObject({
        reason: "/nas/0/source is neither an address nor a CIDR",
      });
    },
  );

  test("NAS that come by RadSec are told apart by their certificates, whatever their source", () => {
    for (const source of ["", "10.1.0.1"]) {
      const nas = { source, nasIdentifier: "" };
      const [one, other] = [{ radsecName: "a.test" }, { radsecName: "b.test" }];
      expect(withTwo({ ...nas, ...one }, { ...nas, ...other })).toMatchObject({ kind: "settings" });
    }
    const nas = { source: "10.1.0.1", nasIdentifier: "" };
    expect(withTwo({ ...nas, radsecName: "a.test" }, nas)).toMatchObject({ kind: "invalid" });
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

describe("the details a branch asks for", () => {
  const label = { en: "Shoe size" };
  const read = (fields: object[], rest: object = {}) => {
    const document = load("settings/branch-settings.json");
    document.signIn.details = { newcomers: "all", returning: "one", fields, ...rest };
    const result = readBranchSettings(document);
    return result.kind === "invalid" ? result.reason : "read";
  };

  test("usual and own fields are read, with why they are asked", () => {
    const choices = [
      { value: "s", label },
      { value: "l", label },
    ];
    const fields = [
      { key: "birthday", why: { en: "For a cake." } },
      { key: "own.shoe", kind: "number", label, min: 20, max: null },
      { key: "own.size", kind: "choice", label, choices },
    ];
    expect(read(fields)).toBe("read");
  });

  test.each<[place: string, fields: object[]]>([
    ["/signIn/details/fields/1/key", [{ key: "name" }, { key: "name" }]],
    ["/fields/0", [{ key: "shoe", kind: "date", label }]],
    ["/fields/0/label", [{ key: "own.shoe", kind: "date", label: { en: " " } }]],
    ["/fields/0/min", [{ key: "own.shoe", kind: "number", label, min: 3, max: 2 }]],
    [
      "/fields/0/choices",
      [{ key: "own.a", kind: "choice", label, choices: Array(2).fill({ value: "s", label }) }],
    ],
  ])("a fault at %s is said with its place", (place, fields) => {
    expect(read(fields)).toContain(place);
  });
});

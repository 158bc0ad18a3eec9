import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Nas } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  findPortalOrigin,
  HIDDEN,
  hideSecrets,
  nameGuide,
  nameSteps,
  type Place,
  writeSetup,
} from "./setup-text.ts";

const require = createRequire(import.meta.url);
const sample = require("@foyer/contract/fixtures/settings/branch-settings.json") as { nas: Nas[] };
type Words = Record<string, unknown>;
const en = require("./locales/desk-en.json") as Words;
const vi = require("./locales/desk-vi.json") as Words;
const place: Place = {
  ...{ boxAddress: "10.1.0.2", portalOrigin: "http://10.1.0.2:8080", servedName: null },
};
const common = { id: "01990000-0000-7000-8000-0000000000aa", name: "AP", source: "10.1.0.9" };
const radius = { radiusSecret: "radius-secret-of-a-test", nasIdentifier: "" };
const coova = sample.nas.find(({ kind }) => kind === "coova") as Extract<Nas, { kind: "coova" }>;
const called = { ...common, controllerUrl: "https://10.1.0.5:8443" };
const northbound = { ...called, requestPassword: "northbound-of-a-test" };
const seal = { ...common, ...radius, redirectSecret: "redirect-secret-of-a-test" };
const loginOrigins = ["http://10.1.0.1"];
/** One of each kind. */
const all: Nas[] = [
  coova,
  { ...called, kind: "unifi", site: "default", apiKey: "key-of-a-test" },
  {
    ...{ ...called, kind: "omada", site: "Shop", timeUnit: "microseconds" },
    operator: { username: "foyer", password: "operator-of-a-test" },
  },
  { ...common, kind: "wifidog", gatewayId: "G1", loginOrigins },
  { ...northbound, ...radius, kind: "ruckus-controller", service: "smartzone" },
  { ...northbound, kind: "ruckus-one" },
  { ...seal, kind: "cisco-cwa", portalOrigin: "http://10.1.0.2", redirectAcl: "ACL" },
  { ...seal, kind: "gateway", walledGarden: [] },
  { ...common, ...radius, kind: "web-login", vendor: "mikrotik", loginOrigins },
  { ...common, ...radius, kind: "web-login", vendor: "aruba", loginOrigins },
  { ...common, kind: "meraki-click-through", loginOrigins, tellsDuration: false },
  { ...common, ...radius, kind: "radius", vendor: "plain" },
  {
    ...{ ...common, kind: "opennds", gatewayMac: "02aabbccdd01", loginOrigins },
    ...{ fasLevel: 2, fasKey: "it's-a-fas-key" },
  },
];
const sampleOf = (kind: string) => all.find((nas) => nas.kind === kind) as Nas;
const named = (nas: Nas) =>
  Object.fromEntries(writeSetup(nas, place).map((it) => [it.name, it.text]));
const textOf = (nas: Nas, at = place) => writeSetup(nas, at)[0]?.text ?? "";

test("CoovaChilli's lines hold the portal's address letter for letter, and both secrets", () => {
  const text = textOf(coova);
  expect(text).toContain(`uamserver ${coova.uamServer}\n`);
  expect(text).toContain(`radiussecret ${coova.radiusSecret}\n`);
  expect(text).toContain("radiusserver1 10.1.0.2\n");
});

test("the portal is where an installed box serves it, unless an access controller has it already", () => {
  const plain = { ...common, ...radius, kind: "radius", vendor: "plain" } as const;
  expect(findPortalOrigin([plain], "10.1.0.2")).toBe("http://10.1.0.2");
  expect(findPortalOrigin([plain], "2001:db8::5")).toBe("http://[2001:db8::5]");
  expect(findPortalOrigin([plain], null)).toBe("http://<box>");
  expect(findPortalOrigin([plain, coova], "10.1.0.2")).toBe(URL.parse(coova.uamServer)?.origin);
});

test("whoever may not change the branch reads no secret in any text", () => {
  const text = textOf(hideSecrets(coova));
  expect(text).not.toContain(coova.radiusSecret);
  expect(text).toContain(`radiussecret ${HIDDEN}\n`);
});

test("RouterOS reads a secret with quotes and dollars as it is", () => {
  const nas = {
    ...{ ...common, ...radius, kind: "web-login", vendor: "mikrotik", loginOrigins: [] },
    radiusSecret: 'a"b$c\\d-secret',
  } as Nas;
  expect(textOf(nas)).toContain(String.raw`secret="a\"b\$c\\d-secret"`);
  expect(nameGuide(nas)).toBe("mikrotik");
});

const opennds = sampleOf("opennds") as Extract<Nas, { kind: "opennds" }>;

test("openNDS's script is told the portal and the key: without that it lets nobody in", () => {
  const script = named(opennds)["/etc/foyer/opennds.conf"] ?? "";
  expect(script.split("\n")).toEqual([
    "portal=http://10.1.0.2:8080",
    String.raw`fas_key='it'\''s-a-fas-key'`,
    ...["interface=br-lan", ""],
  ]);
  expect(named(hideSecrets(opennds))["/etc/foyer/opennds.conf"]).not.toContain("fas-key");
});

test("where openNDS asks the box it is told that path, by https, and the box's name or where one goes", () => {
  const lines = (fasLevel: 1 | 3, at = place) => textOf({ ...opennds, fasLevel }, at).split("\n");
  const servedName = "lan4hoguom27.wifi.example";
  expect(lines(3, { ...place, servedName })).toContain(`fasremotefqdn ${servedName}`);
  expect(lines(3)).toEqual(
    expect.arrayContaining(["fasport 443", "faspath /nas/opennds/fas", "fasremotefqdn <name>"]),
  );
  expect(lines(1)).toEqual(expect.arrayContaining(["fasport 8080", "faspath /"]));
  expect(lines(1).join()).not.toContain("fasremotefqdn");
});

test("those that take a host and no address of a page are given the host alone", () => {
  const host = /^(External portal server|Portal server) +10\.1\.0\.2$/m;
  for (const kind of ["unifi", "wifidog"]) {
    const text = textOf(sampleOf(kind));
    expect(text, kind).toMatch(host);
    expect(text, kind).not.toContain("/portal");
  }
});

test("HotSpot's page is given the portal's address, and Ruckus the northbound password", () => {
  expect(named(sampleOf("web-login"))["login.html"]).toContain('action="http://10.1.0.2:8080/"');
  for (const kind of ["ruckus-controller", "ruckus-one"]) {
    const nas = { ...sampleOf(kind), requestPassword: "northbound-of-a-test" } as Nas;
    expect(textOf(nas), kind).toContain("northbound-of-a-test");
    expect(textOf(hideSecrets(nas)), kind).not.toContain("northbound-of-a-test");
  }
});

test("whoever speaks RadSec is told its port, its secret and the name it is known by", () => {
  const nas = { ...common, ...radius, kind: "radius", vendor: "plain" } as const;
  expect(textOf({ ...nas, radsecName: "ap.example" })).toMatch(
    /RadSec .*2083.*radsec.*ap\.example/,
  );
  expect(textOf(nas)).not.toContain("RadSec");
});

test("what has no RADIUS is not told to ask it", () => {
  for (const nas of all.filter((each) => !("radiusSecret" in each)))
    for (const number of [1, 2, 3])
      expect(en[`guide-${nameSteps(nas)}-${number}`], nas.kind).not.toMatch(
        /RADIUS server|RADIUS with/,
      );
});

test("every kind has three steps, in both languages, beside its guide's folder", () => {
  for (const nas of all)
    for (const number of [1, 2, 3])
      for (const words of [en, vi])
        expect(words, nas.kind).toHaveProperty([`guide-${nameSteps(nas)}-${number}`]);
});

test("one that takes no orders is told none, and another port stands where it was set", () => {
  const nas = { ...common, ...radius, kind: "radius", vendor: "plain" } as const;
  expect(textOf(nas)).toContain("UDP 3799");
  expect(textOf({ ...nas, disconnectPort: 1700 })).toContain("UDP 1700");
  expect(textOf({ ...nas, disconnectPort: null })).not.toContain("CoA");
});

test("orders are let through at the port that the box sends them to, which is its maker's", () => {
  const of = (vendor: string, kind: "radius" | "web-login") =>
    textOf({ ...common, ...radius, kind, vendor, loginOrigins } as Nas);
  for (const kind of ["radius", "web-login"] as const) {
    expect(of("cisco", kind)).toContain("UDP 1700");
    expect(of("meraki", kind)).toContain("UDP 1700");
    expect(of("tp-link", kind)).not.toContain("CoA");
    expect(of("aruba", kind)).toContain("UDP 3799");
  }
  expect(of("aruba-instant-on", "web-login")).toContain("UDP 3799");
});

test("where the box has not said where it is, its place is left to be filled in", () => {
  const nas = { ...common, ...radius, kind: "radius", vendor: "plain" } as const;
  expect(textOf(nas, { ...place, boxAddress: null as never })).toContain("<box>:1812");
});

test("every kind of access controller has a text, and a guide that is there", () => {
  const guides = join(import.meta.dirname, "../../../../deploy/nas");
  for (const nas of all) {
    expect(textOf(nas), nas.kind).not.toBe("");
    expect(existsSync(join(guides, nameGuide(nas), "README.md")), nas.kind).toBe(true);
  }
});

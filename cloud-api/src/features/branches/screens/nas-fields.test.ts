import { BranchSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import type { BranchDocument } from "../schema.ts";
import {
  dropNas,
  isOfAnotherNas,
  NAS_KINDS,
  type Nas,
  putNas,
  readNas,
  startFields,
  VENDORS,
  writeNas,
} from "./nas-fields.ts";
import { ORIGIN_EXAMPLES, WEB_LOGIN_VENDORS } from "./nas-web-login.ts";

const makeSecret = () => "a-secret-of-its-own";

const coova: Nas = {
  id: "0192f0c1-0000-7000-8000-000000000001",
  name: "Gateway",
  source: "10.1.0.1",
  kind: "coova",
  radiusSecret: "radius-secret",
  uamSecret: "",
  uamServer: "http://10.1.0.2:8080/?branch=1",
  loginOrigins: ["http://10.1.0.1:3990"],
  nasIdentifier: "lobby",
  handBack: "pap",
  disconnectPort: null,
};

const opennds: Nas = {
  id: "0192f0c1-0000-7000-8000-000000000002",
  name: "Router",
  source: "10.2.0.0/24",
  kind: "opennds",
  gatewayMac: "001b44113ab7",
  fasLevel: 1,
  fasKey: "fas-key-of-it",
  loginOrigins: ["http://10.2.0.1:2050", "http://10.3.0.1:2050"],
};

const signing: Nas = { ...coova, messageAuthenticator: "yes", radsecName: "ap-1.test" };

const plain: Nas = {
  id: "0192f0c1-0000-7000-8000-000000000004",
  name: "Access points",
  source: "203.0.113.0/24",
  kind: "radius",
  vendor: "mikrotik",
  radiusSecret: "radius-secret",
  nasIdentifier: "",
};
const ordered: Nas = { ...plain, disconnectPort: 1700, macForm: "aabbccddeeff" };
const named: Nas = { ...ordered, sessionNames: ["User-Name", "Framed-IP-Address"] };
const closed: Nas = { ...plain, disconnectPort: null, radsecName: "ap.test", source: "" };

const mikrotik: Nas = {
  ...plain,
  kind: "web-login",
  vendor: "mikrotik",
  loginOrigins: ["http://192.168.88.1"],
  mikrotikLogin: "http-chap",
};
const nebula = {
  ...mikrotik,
  vendor: "zyxel",
  usernameField: "userid",
  passwordField: "passwd",
  radiusVendor: "pfsense",
} as const;
const aruba = { ...mikrotik, vendor: "aruba", errorParameter: "errmsg" } as const;
const meraki: Nas = {
  id: plain.id,
  name: "Mall",
  source: "10.3.0.1",
  kind: "meraki-click-through",
  loginOrigins: ["https://n143.network-auth.com"],
  tellsDuration: true,
};

/** As the form writes it: of another maker's fields nothing is left. */
const without = (nas: Nas, ...names: string[]): Nas =>
  Object.fromEntries(Object.entries(nas).filter(([name]) => !names.includes(name))) as Nas;

const webLogins = [
  mikrotik,
  without(mikrotik, "mikrotikLogin"),
  without(nebula, "mikrotikLogin"),
  without(aruba, "mikrotikLogin"),
];

test("what was typed for one maker is not kept for another", () => {
  const fields = { ...readNas(nebula, makeSecret), webLoginVendor: "aruba" };
  const { usernameField, mikrotikLogin, ...written } = writeNas(nebula.id, fields) as typeof nebula;
  expect({ usernameField, mikrotikLogin }).toEqual({});
  expect(written).toMatchObject({ kind: "web-login", vendor: "aruba" });
});

test("every maker the contract knows can be chosen, with an example of where its log-in is", () => {
  const vendors = BranchSettings.properties.nas.items.anyOf.flatMap((kind) =>
    "vendor" in kind.properties && kind.properties.kind.const === "web-login"
      ? kind.properties.vendor.anyOf.map((each) => each.const)
      : [],
  );
  expect([...WEB_LOGIN_VENDORS].sort()).toEqual([...vendors].sort());
  for (const vendor of WEB_LOGIN_VENDORS) {
    const example = ORIGIN_EXAMPLES[vendor];
    expect(new URL(example).origin).toBe(example);
  }
});

const place = { ...plain, source: "", controllerUrl: "https://10.1.0.5:8443" };
const { vendor: _, kind: __, radiusSecret, nasIdentifier, ...called } = place;
const pinned = { ...called, certificateSha256: "0f".repeat(32) };
const logIn = { username: "foyer", password: " with blanks " };

const unifi: Nas = { ...pinned, kind: "unifi", site: "default", apiKey: "an-api-key", logIn };
const omada: Nas = {
  ...{ ...called, kind: "omada", omadacId: "0123456789abcdef", site: "Quán Gió", operator: logIn },
  ...{ timeUnit: "milliseconds", openApi: { clientId: "app", clientSecret: "s", siteId: "1" } },
};
const wifidog: Nas = {
  ...{ id: plain.id, name: "Reyee", source: "10.1.0.7", kind: "wifidog" },
  ...{ gatewayId: "G1QH5L0001234", loginOrigins: ["http://10.1.0.7:2060"] },
};
const ruckus: Nas = {
  ...{ ...pinned, radiusSecret, nasIdentifier, kind: "ruckus-controller", source: "10.1.0.9" },
  ...{ service: "ruckus-one", requestPassword: " pw ", nbiAddress: "vsz.example" },
};
const ruckusOne: Nas = { ...pinned, kind: "ruckus-one", requestPassword: " pw " };
const cwa: Nas = {
  ...{ ...plain, kind: "cisco-cwa", portalOrigin: "http://10.1.0.2:8080" },
  ...{ redirectAcl: "ACL_WEBAUTH", redirectSecret: "its-own-secret", disconnectPort: 1700 },
};
const { vendor: ______, ...ciscoCwa } = cwa as Nas & { vendor?: string };
const asking: Nas = { ...opennds, fasLevel: 4, gatewayName: "Terrace Node:001b44113ab7 " };
const { apiKey: ___, ...byLogIn } = unifi;
const { openApi: ____, omadacId: _____, ...version4 } = omada;

test.each([
  unifi,
  byLogIn as Nas,
  omada,
  version4 as Nas,
  wifidog,
  ruckus,
  ruckusOne,
  ciscoCwa as Nas,
  asking,
])("a controller of kind $kind passes through the form unchanged", (nas) => {
  expect(writeNas(nas.id, readNas(nas, makeSecret))).toEqual(nas);
});

test("a fingerprint is taken as openssl prints it, and an address without its path", () => {
  const printed = `sha256 Fingerprint=${Array(32).fill("0F").join(":")}`;
  const controllerUrl = "https://10.1.0.5:8443/manage/account/login";
  const fields = { ...readNas(unifi, makeSecret), certificateSha256: printed, controllerUrl };
  expect(writeNas(unifi.id, fields)).toEqual(unifi);
});

test.each([...webLogins, meraki, coova, signing, opennds, plain, ordered, named, closed])(
  "a NAS of kind $kind passes through the form unchanged",
  (nas) => {
    expect(writeNas(nas.id, readNas(nas, makeSecret))).toEqual(nas);
  },
);

test("a MAC address is taken in any of the forms people write it in", () => {
  const fields = { ...readNas(opennds, makeSecret), gatewayMac: " 00-1B:44.11 3A b7" };
  expect(writeNas(opennds.id, fields)).toMatchObject({ gatewayMac: "001b44113ab7" });
});

test("a login origin is kept without a path, and one that is no address is left for the API to refuse", () => {
  const fields = {
    ...readNas(coova, makeSecret),
    loginOrigins: "http://10.1.0.1:3990/logon\n\n10.1.0.1",
  };
  expect(writeNas(coova.id, fields)).toMatchObject({
    loginOrigins: ["http://10.1.0.1:3990", "10.1.0.1"],
  });
});

test("the UAM server keeps each letter, since the gateway's signature covers them", () => {
  const fields = { ...readNas(coova, makeSecret), uamServer: "http://Portal.Example/?A=b " };
  expect(writeNas(coova.id, fields)).toMatchObject({ uamServer: "http://Portal.Example/?A=b" });
});

test("a NAS that only asks RADIUS is of each maker there is, and has no login origins", () => {
  for (const vendor of VENDORS) {
    const fields = { ...startFields(makeSecret), kind: "radius" as const, vendor };
    const written = writeNas(plain.id, { ...fields, loginOrigins: "http://10.1.0.1:3990" });
    expect(written).toMatchObject({ kind: "radius", vendor });
    expect(written).not.toHaveProperty("loginOrigins");
    expect(written).not.toHaveProperty("disconnectPort");
  }
});

test("a usual port is written out for CoovaChilli: boxes of an earlier release demand one", () => {
  expect(writeNas(coova.id, startFields(makeSecret))).toMatchObject({ disconnectPort: 3799 });
  const { disconnectPort: _, ...usual } = coova as Extract<Nas, { kind: "coova" }>;
  const fields = readNas(usual, makeSecret);
  expect(writeNas(coova.id, fields)).toMatchObject({ disconnectPort: 3799 });
});

test("every kind that a box reads can be chosen", () => {
  const document = BranchSettings.properties.nas.items;
  const kinds = document.anyOf.map(({ properties }) => properties.kind.const);
  expect(NAS_KINDS.toSorted()).toEqual(kinds.toSorted());
  const radius = document.anyOf.find(({ properties }) => "vendor" in properties);
  const vendors = radius && "vendor" in radius.properties ? radius.properties.vendor.anyOf : [];
  expect(VENDORS.toSorted()).toEqual(vendors.map((each) => each.const).toSorted());
});

test("each secret of a new NAS is made anew", () => {
  let made = 0;
  const fields = startFields(() => `secret-${++made}`);
  expect(new Set([fields.radiusSecret, fields.uamSecret, fields.fasKey]).size).toBe(3);
});

test("saving one NAS leaves the others and the rest of the settings as they are", () => {
  const document = { nas: [coova, opennds], brand: { name: "Sen" } } as unknown as BranchDocument;
  const renamed = { ...opennds, name: "Garden" };
  expect(putNas(document, renamed)).toEqual({ ...document, nas: [coova, renamed] });
  const added = { ...opennds, id: "0192f0c1-0000-7000-8000-000000000003" };
  expect(putNas(document, added).nas).toEqual([coova, opennds, added]);
  expect(dropNas(document, coova.id).nas).toEqual([opennds]);
  expect(document.nas).toHaveLength(2);
});

test("what is wrong with another NAS is not said at the fields of this one", () => {
  const document = { nas: [coova, opennds] } as unknown as BranchDocument;
  const place = { document, id: opennds.id };
  expect(isOfAnotherNas("/nas/0/source", place)).toBe(true);
  expect(isOfAnotherNas("/nas/1/source", place)).toBe(false);
  for (const field of ["/nas", "/brand/name", null])
    expect(isOfAnotherNas(field, place)).toBe(false);
});

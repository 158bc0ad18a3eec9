import { createRequire } from "node:module";
import type { Nas } from "@foyer/contract";
import { expect, test } from "vitest";
import { findPortalOrigin, HIDDEN, hideSecrets, nameGuide, writeSetup } from "./setup-text.ts";

const require = createRequire(import.meta.url);
const sample = require("@foyer/contract/fixtures/settings/branch-settings.json") as { nas: Nas[] };
const place = { boxAddress: "10.1.0.2", portalOrigin: "http://10.1.0.2:8080" };
const common = { id: "01990000-0000-7000-8000-0000000000aa", name: "AP", source: "10.1.0.9" };
const radius = { radiusSecret: "radius-secret-of-a-test", nasIdentifier: "" };
const coova = sample.nas.find(({ kind }) => kind === "coova") as Extract<Nas, { kind: "coova" }>;
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

test("one that takes no orders is told none, and another port stands where it was set", () => {
  const nas = { ...common, ...radius, kind: "radius", vendor: "plain" } as const;
  expect(textOf(nas)).toContain("UDP 3799");
  expect(textOf({ ...nas, disconnectPort: 1700 })).toContain("UDP 1700");
  expect(textOf({ ...nas, disconnectPort: null })).not.toContain("CoA");
});

test("where the box has not said where it is, its place is left to be filled in", () => {
  const nas = { ...common, ...radius, kind: "radius", vendor: "plain" } as const;
  expect(textOf(nas, { ...place, boxAddress: null as never })).toContain("<box>:1812");
});

test("every kind of access controller has a text and a guide", () => {
  for (const nas of sample.nas) {
    expect(textOf(nas), nas.kind).not.toBe("");
    expect(nameGuide(nas), nas.kind).not.toBe("");
  }
});

import type { WebLoginNas, WebLoginVendor } from "@foyer/contract";
import { describe, expect, it, test } from "vitest";
import { vectors } from "../fixtures/examples.ts";
import { type WebLoginExample, webLoginExamples } from "../fixtures/web-login.ts";
import { type Arrival, adapterOf, adapters, handBack, readArrival } from "../index.ts";
import { chapPassword, decodeOctal } from "./mikrotik.ts";
import { rows } from "./rows.ts";

const grant = {
  username: "t-5f2a",
  password: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  landingUrl: "https://guests.example/online?lang=vi&again=a%20b",
};

const read = (rawUrl: string, ...nasList: WebLoginNas[]) =>
  readArrival({ rawUrl, remoteAddress: "10.10.0.2" }, nasList);

function arrive(rawUrl: string, ...nasList: WebLoginNas[]): Arrival {
  const reading = read(rawUrl, ...nasList);
  if (reading.kind !== "arrival") throw new Error(JSON.stringify(reading));
  return reading.arrival;
}

function exampleOf(name: string): WebLoginExample {
  const example = webLoginExamples.find((each) => each.name === name);
  if (!example) throw new Error(`there is no example ${name}`);
  return example;
}

/** Every value of a query encoded once more, as controllers do that build it from an encoded one. */
const encodeAgain = (rawUrl: string) =>
  rawUrl.replaceAll(/=([^&]*)/g, (_, value: string) => `=${encodeURIComponent(value)}`);

it("has an example of every row, and no two rows take the same redirect", () => {
  const vendors = new Set(webLoginExamples.map((each) => each.nas.vendor));
  expect([...vendors].sort()).toEqual(Object.keys(rows).sort());
  for (const { name, nas, rawUrl } of webLoginExamples) {
    const query = new URLSearchParams(rawUrl.slice(2));
    const taken = (Object.keys(rows) as WebLoginVendor[]).filter((vendor) =>
      rows[vendor].recognises(query),
    );
    expect({ name, taken }).toEqual({ name, taken: [nas.vendor] });
    expect(adapters.find((each) => each.recognises(query))?.kind).toBe("web-login");
  }
});

describe.each(webLoginExamples)("web log-in of $name", ({ nas, rawUrl, way, failed, logOut }) => {
  it("gets exactly what its maker wants, with the ticket in it", () => {
    const handedBack = handBack(arrive(rawUrl, nas), nas, grant);
    // Cambium's comes back with the query as it was sent, letter for letter.
    expect(handedBack).toEqual(way(grant));
  });

  it("lets its guests out where its maker says, at its own address", () => {
    const arrival = arrive(rawUrl, nas);
    expect(adapterOf(nas).logOutUrl(arrival, nas)).toBe(logOut);
    const kept = {
      ...arrival,
      handBack: { ...arrival.handBack, logOut: "http://203.0.113.9/out" },
    };
    // A way out that was its own when the guest came, and has been taken off the list since.
    expect(adapterOf(nas).logOutUrl(kept, nas) ?? "").not.toContain("203.0.113.9");
  });

  it("says so when it refused a log-in, and the guest may try again", () => {
    if (failed === null) return;
    const again = rawUrl.replace(/&error(?=&)/, "");
    const arrival = arrive(`${again}&${failed}`, nas);
    expect(arrival).toMatchObject({ state: "failed", failure: "reject" });
    const adapter = adapterOf(nas);
    expect(adapter.canHandBack(arrival)).toBe(false);
    const asking = { ...arrival, state: "asks" as const };
    expect(adapter.canHandBack(asking)).toBe(true);
    expect(() => handBack(arrival, nas, grant)).toThrow("does not ask");
  });

  it("is another maker's to whoever has registered one of those", () => {
    const vendor = nas.vendor === "huawei" ? "zyxel" : "huawei";
    expect(read(rawUrl, { ...nas, vendor })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining(`by ${nas.vendor}`),
    });
  });

  it("takes no log-in that names somebody in its address", () => {
    const nameless = /https?%3A%2F%2F(?=[^&]*(?:login|fgtauth|ccp|8000))/i;
    if (!nameless.test(rawUrl)) return;
    const named = rawUrl.replace(nameless, (scheme) => `${scheme}guest%3Asecret%40`);
    expect(read(named, nas).kind).toBe("refused");
  });
});

describe("a redirect that was encoded twice", () => {
  // A host of its own, or a whole query, is not told from one that is meant so.
  const whole = webLoginExamples.filter((each) => !/cmd=login|ga_|sip=|essid/.test(each.rawUrl));
  it.each(whole)("is read all the same: $name", ({ nas, rawUrl }) => {
    const once = arrive(rawUrl, nas);
    const twice = arrive(encodeAgain(rawUrl), nas);
    expect(twice.mac).toBe(once.mac);
    expect(twice.originalUrl).toBe(once.originalUrl);
    expect(handBack(twice, nas, grant)).toEqual(handBack(once, nas, grant));
  });
});

describe("MikroTik's http-chap", () => {
  const { chapId, chapChallenge, password, md5, wrong_if_not_unescaped } = vectors.mikrotik;

  it("is MD5 over the octets that RouterOS escapes, not over their escapes", () => {
    expect(chapPassword(password, chapId, chapChallenge)).toBe(md5);
    expect(chapPassword(password, chapId, chapChallenge)).not.toBe(wrong_if_not_unescaped);
  });

  it.each([
    ["\\011", [9]],
    ["\\373\\054A\\101 z", [0o373, 0o54, 65, 65, 32, 122]],
    ["", []],
    ["\\400", null],
    ["\\08", null],
    ["\\", null],
    ["ä", null],
  ])("reads %o as the octets %o", (text, octets) => {
    const read = decodeOctal(text);
    expect(read && [...read]).toEqual(octets);
  });

  it("is asked for only of a HotSpot that is set to it", () => {
    const { nas, rawUrl } = exampleOf("mikrotik by http-chap");
    const without = rawUrl.replace(/&chap-id=.*/, "&chap-id=&chap-challenge=");
    expect(read(without, nas)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("http-chap"),
    });
    const pap = arrive(without, { ...nas, mikrotikLogin: "http-pap" });
    expect(adapterOf(nas).canHandBack(pap)).toBe(true);
  });

  it("logs out only at the HotSpot itself", () => {
    const { nas, rawUrl } = exampleOf("mikrotik by http-pap");
    const away = rawUrl.replace("10.10.0.1%2Flogout", "203.0.113.9%2Flogout");
    expect(adapterOf(nas).logOutUrl(arrive(away, nas), nas)).toBeNull();
  });
});

describe("two of a maker", () => {
  it("are told apart by where the log-in goes, or by the name they have for RADIUS", () => {
    const { nas, rawUrl } = exampleOf("mikrotik by http-pap");
    const other = { ...nas, id: "other", nasIdentifier: "garden" };
    expect(arrive(rawUrl, other, nas).nasId).toBe(nas.id);
    expect(arrive(rawUrl.replace("identity=hall", "identity=garden"), nas, other).nasId).toBe(
      "other",
    );
    const moved = { ...other, loginOrigins: ["http://10.20.0.1"] };
    expect(arrive(rawUrl.replace("identity=hall", "identity=garden"), moved, nas).nasId).toBe(
      nas.id,
    );
  });
});

describe("Cisco's statusCode", () => {
  test.each([
    ["1", { state: "online", failure: null }],
    ["2", { state: "failed", failure: "not-configured" }],
    ["3", { state: "failed", failure: "name-in-use" }],
    ["4", { state: "failed", failure: "excluded" }],
    ["5", { state: "failed", failure: "reject" }],
    ["99", { state: "asks", failure: null }],
    ["<script>", { state: "asks", failure: null }],
  ])("%s is %o", (statusCode, state) => {
    const { nas, rawUrl } = exampleOf("cisco");
    const arrival = arrive(`${rawUrl}&statusCode=${encodeURIComponent(statusCode)}`, nas);
    expect(arrival).toMatchObject(state);
  });
});

test("an error of a maker that documents none is read only where the settings name it", () => {
  const { nas, rawUrl } = exampleOf("aruba");
  const { errorParameter: _, ...silent } = nas;
  expect(arrive(`${rawUrl}&errmsg=no`, nas).state).toBe("failed");
  expect(arrive(`${rawUrl}&errmsg=no`, silent).state).toBe("asks");
});

test("Zyxel's click-to-continue, which asks no RADIUS, is refused with what to change", () => {
  const { nas, rawUrl } = exampleOf("zyxel");
  expect(read(rawUrl.replace("login.cgi", "Clicktocontinue.cgi"), nas)).toMatchObject({
    reason: expect.stringContaining("sign-on"),
  });
});

test("a log-in address or value that is longer than any maker's is refused", () => {
  const meraki = exampleOf("meraki sign-on");
  const long = meraki.rawUrl.replace("mauth%3D", `mauth%3D${"a".repeat(3000)}`);
  expect(read(long, meraki.nas).kind).toBe("refused");
  const fortinet = exampleOf("fortinet");
  const magic = fortinet.rawUrl.replace("magic=", `magic=${"0".repeat(500)}`);
  expect(read(magic, fortinet.nas).kind).toBe("refused");
});

import { usuallyLogsOut } from "@foyer/blocks";
import type { Nas } from "@foyer/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Example, examples } from "./fixtures/examples.ts";
import {
  type Arrival,
  adapterOf,
  adapters,
  type HandBack,
  handBack,
  isHandOff,
  loginOriginsOf,
  readArrival,
} from "./index.ts";
import { rows } from "./web-login/rows.ts";

const APPLE = "http://captive.apple.com/hotspot-detect.html";
const grant = {
  username: "t-5f2a",
  password: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  landingUrl: "https://guests.example/online?lang=vi&again=a%20b",
};

function arrive(example: Example, rawUrl = example.rawUrl, remoteAddress = example.ip): Arrival {
  const reading = readArrival({ rawUrl, remoteAddress }, [example.nas]);
  if (reading.kind !== "arrival") throw new Error(JSON.stringify(reading));
  return reading.arrival;
}

/** The URL that the browser opens or posts to; null for one that waits. */
function targetOf(way: HandBack): URL | null {
  if (way.kind === "wait") return null;
  return new URL(way.kind === "form" ? way.action : way.url);
}

/** Some say where guests log out only once they are in. */
const isToldLater = (nas: Nas) =>
  nas.kind === "web-login" && rows[nas.vendor].names.logOut !== undefined;

it("has an example of every adapter", () => {
  const kinds = new Set(examples.map((each) => each.nas.kind));
  expect(adapters.map((each) => each.kind).sort()).toEqual([...kinds].sort());
});

describe.each(examples)("NAS $name", (example) => {
  const read = (rawUrl: string, nasList: readonly Nas[] = [example.nas]) =>
    readArrival({ rawUrl, remoteAddress: example.ip }, nasList);

  it("is read as a guest who asks to go online", () => {
    const arrival = arrive(example);
    expect(arrival).toMatchObject({
      nasId: example.nas.id,
      nasKind: example.nas.kind,
      mac: example.mac,
      ip: example.arrivalIp === undefined ? example.ip : example.arrivalIp,
      state: "asks",
      failure: null,
      originalUrl: example.originalUrl === undefined ? APPLE : example.originalUrl,
    });
  });

  it("is found among other NAS, whatever their order", () => {
    const all = examples.map((each) => each.nas);
    for (const nasList of [all, all.toReversed()])
      expect(read(example.rawUrl, nasList)).toMatchObject({ arrival: { nasId: example.nas.id } });
  });

  it("is refused when it is not registered", () => {
    const others = examples.map((each) => each.nas).filter((each) => each !== example.nas);
    expect(read(example.rawUrl, []).kind).toBe("refused");
    expect(read(example.rawUrl, others).kind).toBe("refused");
  });

  it("is refused when it names an origin or a controller that is not registered", () => {
    if (example.elsewhere === null) return;
    expect(read(example.elsewhere)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining(example.called ? "is registered" : "login origins"),
    });
  });

  it("is refused when it was tampered with", () => {
    for (const rawUrl of example.tampered)
      expect({ rawUrl, kind: read(rawUrl).kind }).toEqual({ rawUrl, kind: "refused" });
  });

  it("has its MAC in one form, however it was written", () => {
    for (const rawUrl of example.otherMacs) expect(arrive(example, rawUrl).mac).toBe(example.mac);
  });

  it("proves the MAC only if the NAS signs it and the request comes from the guest or the NAS", () => {
    const proved = example.isSigned ? "signed-hand-off" : null;
    expect(arrive(example).proof).toBe(proved);
    expect(arrive(example, example.rawUrl, `::ffff:${example.ip}`).proof).toBe(proved);
    expect(arrive(example, example.rawUrl, example.nas.source).proof).toBe(proved);
    // A link that somebody else was sent.
    const elsewhere = example.provesToFirst ? proved : null;
    expect(arrive(example, example.rawUrl, "10.10.0.201").proof).toBe(elsewhere);
    expect(arrive(example, example.rawUrl, "not an address").proof).toBe(elsewhere);
  });

  it("survives being kept as JSON between the first page and the grant", () => {
    const kept = JSON.parse(JSON.stringify(arrive(example))) as Arrival;
    expect(kept).toEqual(arrive(example));
    expect(handBack(kept, example.nas, grant)).toEqual(
      handBack(arrive(example), example.nas, grant),
    );
  });

  it("hands the guest back to a registered origin, by a well-formed query or a form", () => {
    const way = handBack(arrive(example), example.nas, grant);
    const url = targetOf(way);
    if (url) expect(loginOriginsOf(example.nas)).toContain(url.origin);
    if (way.kind !== "redirect" || example.nas.kind === "wifidog") return;
    expect(way.url.match(/\?/g)).toHaveLength(1);
  });

  it("says how it lets in whom it lets wait", () => {
    const { kind } = handBack(arrive(example), example.nas, grant);
    if (kind === "wait") expect(adapterOf(example.nas).letIn).toBeDefined();
    expect(kind === "wait").toBe(example.waits === true);
  });

  it("is not believed of a NAS that only asks RADIUS, whatever it is called", () => {
    const { id, name, source } = example.nas;
    const nasIdentifier = "nasIdentifier" in example.nas ? example.nas.nasIdentifier : "lobby";
    const asked = { radiusSecret: "radius-secret", nasIdentifier, vendor: "plain" } as const;
    const nas: Nas = { id, name, source, ...asked, kind: "radius" };
    expect(isHandOff(example.nas)).toBe(true);
    expect(isHandOff(nas)).toBe(false);
    expect(loginOriginsOf(nas)).toEqual([]);
    expect(read(example.rawUrl, [nas]).kind).toBe("refused");
    expect(() => handBack(arrive(example), nas, grant)).toThrow("No adapter");
  });

  it("hands nobody back to an origin that was taken off the list meanwhile", () => {
    if (!("loginOrigins" in example.nas)) return;
    const moved = { ...example.nas, loginOrigins: ["http://10.10.0.1:9999"] };
    expect(() => handBack(arrive(example), moved, grant)).toThrow("login origin");
    if (adapterOf(moved).putOut === undefined)
      expect(() => adapterOf(moved).logOutUrl(arrive(example), moved)).toThrow("login origin");
  });

  it("hands nobody back through another NAS", () => {
    const other = { ...example.nas, id: "0199f000-0000-7000-8000-0000000000ff" };
    expect(() => handBack(arrive(example), other, grant)).toThrow("came by NAS");
  });

  it("never puts the password of the ticket or a secret of the NAS in a URL in clear", () => {
    const url = targetOf(handBack(arrive(example), example.nas, grant))?.href ?? "";
    const secrets: string[] = [];
    JSON.stringify(example.nas, (name, value) => {
      if (/secret|key|password/i.test(name) && name !== "passwordField")
        secrets.push(String(value));
      return value;
    });
    // WiFiDog and Meraki's click-through know none.
    if (example.nas.kind !== "wifidog" && example.nas.kind !== "meraki-click-through")
      expect(secrets.length).toBeGreaterThan(0);
    const kept = JSON.stringify(arrive(example));
    expect(kept).not.toContain(grant.password);
    // Good for one log-in within two minutes, by the device it was given to.
    if (!example.bringsPassword) expect(url).not.toContain(grant.password);
    for (const secret of secrets) {
      expect(url).not.toContain(secret);
      expect(kept).not.toContain(secret);
    }
  });

  it("has a way out that stays on the NAS, or is told by us, or has none", () => {
    const adapter = adapterOf(example.nas);
    const url = adapter.logOutUrl(arrive(example), example.nas);
    const hasWayOut = url !== null || adapter.putOut !== undefined;
    expect(hasWayOut).toBe(example.hasWayOut ?? true);
    expect(usuallyLogsOut(example.nas)).toBe(hasWayOut || isToldLater(example.nas));
    if (url !== null) expect(loginOriginsOf(example.nas)).toContain(new URL(url).origin);
  });

  it("gives the session an id of its own where nobody else tells of it", () => {
    const adapter = adapterOf(example.nas);
    const id = adapter.sessionIdOf(arrive(example), "flow-of-the-guest");
    // A WiFiDog gateway's question begins the session, under the token it was given.
    if (adapter.accounting === "portal" && example.nas.kind !== "wifidog")
      expect(id).toMatch(/^.{8,}$/);
    else expect(id).toBeNull();
  });

  it("never throws on a query that is cut off anywhere, and takes nothing of it for proved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: example.rawUrl.length - 12 }), (length) => {
        const reading = read(example.rawUrl.slice(0, length));
        // A text that nobody signed may still be one when its tail is gone.
        if (example.isSigned) expect(reading.kind).not.toBe("arrival");
        else if (reading.kind === "arrival") expect(reading.arrival.proof).toBeNull();
      }),
    );
  });
});

it("leaves alone what is no hand-off", () => {
  for (const rawUrl of ["/", "/?", "/terms?lang=vi", "/?status=authenticated", "/?res=notyet"])
    expect(readArrival({ rawUrl, remoteAddress: "10.10.0.2" }, [])).toEqual({ kind: "none" });
});

it("never throws on a query that a stranger made up", () => {
  const nasList = examples.map((each) => each.nas);
  const names = fc.constantFrom(
    ...["fas", "iv", "res", "uamip", "md", "loginurl", "status", "tok", "nbiIP", "client_mac"],
    ...["gw_id", "gw_address", "clientMac", "apMac", "site", "id", "ap", "t"],
  );
  const pair = fc.tuple(names, fc.string({ unit: "binary-ascii", maxLength: 80 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
      const rawUrl = `/?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`;
      const reading = readArrival({ rawUrl, remoteAddress: "10.10.0.2" }, nasList);
      expect(reading.kind).not.toBe("arrival");
    }),
  );
});

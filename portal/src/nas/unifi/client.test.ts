import type { UnifiNas } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { selfSigned } from "../../../test/controller-server.ts";
import {
  openUnifiConsole,
  SITE_ID,
  UNIFI_KEY,
  UNIFI_LOG_IN,
  type UnifiConsole,
} from "../../../test/unifi-console.ts";
import { openControllerLine } from "../controller/line.ts";
import { openUnifiClient } from "./client.ts";
import { type UnifiGrant, writeLimits } from "./rules.ts";

const MAC = "02-AA-BB-CC-00-01";
const grant: UnifiGrant = {
  mac: MAC,
  apMac: "F0-9F-C2-00-00-01",
  minutes: 240,
  uploadKbps: 2048,
  downloadKbps: 8192,
  megabytes: 500,
};

function open(console: UnifiConsole, changes: Partial<UnifiNas> = {}) {
  const clock = { now: Date.parse("2026-03-01T02:00:00Z") };
  const pauses: number[] = [];
  const nas: UnifiNas = {
    kind: "unifi",
    id: "0199f000-0000-7000-8000-000000000011",
    name: "Console",
    source: "",
    controllerUrl: console.url,
    ...(console.certificateSha256 && { certificateSha256: console.certificateSha256 }),
    site: "default",
    logIn: UNIFI_LOG_IN,
    ...changes,
  };
  const line = openControllerLine(nas, { answerSecondsMax: 1 });
  onTestFinished(() => line.close());
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const client = openUnifiClient(nas, { line, clock: () => new Date(clock.now), pause });
  return { client, clock, pauses };
}

function join(console: UnifiConsole, mac = "02:aa:bb:cc:00:01") {
  const station = { mac, ip: "10.10.0.92", isAuthorised: false, rxBytes: 402, txBytes: 4426 };
  console.stations.set(mac, station);
  return station;
}

const byKey: Partial<UnifiNas> = { apiKey: UNIFI_KEY };
const byKeyAlone = { apiKey: UNIFI_KEY, logIn: undefined } as unknown as Partial<UnifiNas>;
const pathsOf = ({ got }: UnifiConsole) => got.map(({ method, path }) => `${method} ${path}`);
const countLogIns = ({ got }: UnifiConsole) => got.filter(({ path }) => /login$/.test(path)).length;

describe("by the log-in of the console", () => {
  test.each(["header", "jwt"] as const)(
    "a guest is let in on UniFi OS, under the CSRF token that its %s says",
    async (csrfIn) => {
      const console = await openUnifiConsole();
      console.csrfIn = csrfIn;
      const station = join(console);
      const { client } = open(console);
      expect(await client.authorise(grant)).toEqual({ kind: "done" });
      expect(station.isAuthorised).toBe(true);
      expect(pathsOf(console)).toEqual([
        "GET /",
        "POST /api/auth/login",
        "POST /proxy/network/api/s/default/cmd/stamgr",
      ]);
      expect(console.got.at(-1)?.body).toEqual({
        ...{ cmd: "authorize-guest", mac: "02:aa:bb:cc:00:01", ap_mac: "f0:9f:c2:00:00:01" },
        ...{ minutes: 240, up: 2048, down: 8192, bytes: 500 },
      });
    },
  );

  test("a guest is let in on a controller from before UniFi OS, which knows no CSRF token", async () => {
    const console = await openUnifiConsole("controller");
    const station = join(console);
    const { client } = open(console);
    const unlimited = { uploadKbps: null, downloadKbps: null, megabytes: null, apMac: null };
    expect(await client.authorise({ ...grant, ...unlimited })).toEqual({ kind: "done" });
    expect(station.isAuthorised).toBe(true);
    expect(pathsOf(console).slice(1)).toEqual([
      "POST /api/login",
      "POST /api/s/default/cmd/stamgr",
    ]);
    expect(console.got.at(-1)?.body).toEqual({
      ...{ cmd: "authorize-guest", mac: "02:aa:bb:cc:00:01", minutes: 240 },
    });
  });

  test("one session serves all guests, at once and one after the other", async () => {
    const console = await openUnifiConsole();
    const { client } = open(console);
    const outcomes = await Promise.all([1, 2, 3].map(() => client.authorise(grant)));
    outcomes.push(await client.authorise(grant));
    expect(outcomes).toEqual(Array(4).fill({ kind: "done" }));
    expect(countLogIns(console)).toBe(1);
  });

  test("a session that is over is begun anew, once", async () => {
    const console = await openUnifiConsole();
    const { client } = open(console);
    await client.authorise(grant);
    console.sessions.clear();
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(countLogIns(console)).toBe(2);
    console.sessions.clear();
    const outcomes = await Promise.all([1, 2, 3].map(() => client.authorise(grant)));
    expect(outcomes).toEqual(Array(3).fill({ kind: "done" }));
    expect(countLogIns(console)).toBe(3);
  });

  test("a CSRF token that the console renews is the one that is sent next", async () => {
    const console = await openUnifiConsole();
    console.renewsCsrf = true;
    const { client } = open(console);
    for (const _ of [1, 2, 3]) expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(countLogIns(console)).toBe(1);
  });

  test("a CSRF token that went stale is mended by a new log-in, not asked with for ever", async () => {
    const console = await openUnifiConsole();
    const { client } = open(console);
    await client.authorise(grant);
    for (const token of console.sessions.keys()) console.sessions.set(token, "changed-meanwhile");
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(countLogIns(console)).toBe(2);
    const before = console.got.length;
    const forbidden = { status: 403, body: "<title>403 Forbidden</title>" };
    console.interrupt("/cmd/stamgr", forbidden, forbidden, forbidden);
    expect(await client.authorise(grant)).toEqual({ kind: "refused", reason: "it refuses (403)" });
    expect(console.got.length - before).toBe(3);
  });

  test("a wrong password is refused, and is not tried over and over", async () => {
    const console = await openUnifiConsole();
    const { client, clock } = open(console, {
      logIn: { username: "foyer", password: "another" },
    });
    for (const _ of [1, 2, 3])
      expect(await client.authorise(grant)).toEqual({
        kind: "refused",
        reason: "the log-in is refused (403)",
      });
    const limited = { kind: "unreachable", reason: "too many log-ins lately" };
    expect(await client.authorise(grant)).toEqual(limited);
    expect(countLogIns(console)).toBe(3);
    clock.now += 60_000;
    expect((await client.authorise(grant)).kind).toBe("refused");
  });

  test("a console that asks for patience is left alone for as long as it says", async () => {
    const console = await openUnifiConsole();
    console.interrupt("/api/auth/login", { status: 429, headers: { "retry-after": "120" } });
    const { client, clock } = open(console);
    expect((await client.authorise(grant)).kind).toBe("unreachable");
    clock.now += 119_000;
    expect((await client.authorise(grant)).kind).toBe("unreachable");
    expect(countLogIns(console)).toBe(1);
    clock.now += 1_000;
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
  });

  test("an account with a second factor is told apart, since nobody is there to type it", async () => {
    const console = await openUnifiConsole();
    console.interrupt("/api/auth/login", { status: 499 });
    expect(await open(console).client.authorise(grant)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("second factor"),
    });
  });

  test("a site that the console does not have is refused, in the console's own word", async () => {
    const console = await openUnifiConsole("controller");
    const { client } = open(console, { site: "elsewhere" });
    const outcome = await client.authorise(grant);
    expect(outcome).toEqual({ kind: "refused", reason: "api.err.NoSiteContext" });
  });

  test("a guest is put out, and the list tells who is in and what they used", async () => {
    const console = await openUnifiConsole();
    join(console);
    const { client } = open(console);
    await client.authorise(grant);
    const listed = { mac: MAC, ip: "10.10.0.92", uploadBytes: 402, downloadBytes: 4426 };
    expect(await client.listGuests()).toEqual({
      kind: "listed",
      devices: [{ ...listed, isAuthorised: true, connectedSeconds: null }],
    });
    expect(await client.unauthorise(MAC)).toEqual({ kind: "done" });
    expect(await client.listGuests()).toMatchObject({ devices: [{ isAuthorised: false }] });
  });
});

describe("by the Integration API", () => {
  test("a guest is let in by the ids of the site and of the device", async () => {
    const console = await openUnifiConsole();
    const station = join(console);
    const { client } = open(console, byKeyAlone);
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(station.isAuthorised).toBe(true);
    const clients = `/proxy/network/integration/v1/sites/${SITE_ID}/clients`;
    expect(pathsOf(console).slice(1)).toEqual([
      `GET ${clients}`,
      `POST ${clients}/02aabbcc0001/actions`,
    ]);
    expect(console.got.at(-1)?.body).toEqual({
      ...{ action: "AUTHORIZE_GUEST_ACCESS", timeLimitMinutes: 240, dataUsageLimitMBytes: 500 },
      ...{ rxRateLimitKbps: 8192, txRateLimitKbps: 2048 },
    });
    expect(console.got.every(({ headers }) => headers["x-api-key"] === UNIFI_KEY)).toBe(true);
    expect(console.got.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });

  test("a device that is not listed yet is looked for a few times", async () => {
    const console = await openUnifiConsole();
    join(console);
    const { client, pauses } = open(console, byKeyAlone);
    console.emptyListings = 2;
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(pauses).toEqual([700, 700]);
    console.emptyListings = 3;
    expect(await client.authorise(grant)).toEqual({ kind: "not-listed" });
  });

  test("one that stays unlisted is let in by the log-in, where there is one", async () => {
    const console = await openUnifiConsole();
    const { client } = open(console, byKey);
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(pathsOf(console).at(-1)).toBe("POST /proxy/network/api/s/default/cmd/stamgr");
  });

  test("a key that is refused is stood in for by the log-in, and said where there is none", async () => {
    const console = await openUnifiConsole();
    join(console);
    const other = { apiKey: "a-key-of-another-console" };
    expect(await open(console, { ...byKeyAlone, ...other }).client.authorise(grant)).toEqual({
      kind: "refused",
      reason: "the API key is refused (401)",
    });
    expect(await open(console, other).client.authorise(grant)).toEqual({ kind: "done" });
  });

  test("a site or a device that was made anew is looked up once more", async () => {
    const console = await openUnifiConsole();
    join(console);
    const { client } = open(console, byKeyAlone);
    await client.authorise(grant);
    console.interrupt("/clients", { status: 404 });
    const before = console.got.length;
    expect(await client.authorise(grant)).toEqual({ kind: "done" });
    expect(console.got[before + 1]?.path).toBe("/proxy/network/integration/v1/sites");
    const gone = { status: 404 };
    console.interrupt("/clients", gone, gone);
    expect((await client.authorise(grant)).kind).toBe("refused");
    console.interrupt("/actions", { status: 404 });
    expect(await client.authorise(grant)).toEqual({ kind: "not-listed" });
  });

  test("a long list is read page by page", async () => {
    const console = await openUnifiConsole();
    for (let i = 0; i < 450; i += 1)
      join(
        console,
        `02:aa:bb:cc:${(i >> 8).toString(16).padStart(2, "0")}:${(i & 255).toString(16).padStart(2, "0")}`,
      );
    const listing = await open(console, byKeyAlone).client.listGuests();
    expect(listing.kind === "listed" && listing.devices.length).toBe(450);
    expect(console.got.filter(({ path }) => path.endsWith("/clients"))).toHaveLength(3);
  });
});

describe("a console that is not to be understood", () => {
  test.each<[string, Parameters<UnifiConsole["interrupt"]>[1], string]>([
    ["breaks down", { status: 502 }, "it is out of order (502)"],
    ["says no JSON", { body: "{not json" }, "the answer is no JSON"],
    ["says JSON of another shape", { body: "[]" }, "the answer is no JSON"],
    ["says nothing for too long", { hangs: true }, "no answer in time"],
  ])("that %s is not reached, by either API", async (_, reply, reason) => {
    const console = await openUnifiConsole();
    join(console);
    for (const [changes, path] of [
      [{}, "/cmd/stamgr"],
      [byKey, "/clients"],
    ] as const) {
      console.interrupt(path, reply);
      const outcome = await open(console, changes).client.authorise(grant);
      expect(outcome).toEqual({ kind: "unreachable", reason });
    }
  });

  test("that is not there is not reached, and the reason names no address", async () => {
    const console = await openUnifiConsole();
    const { client } = open(console, { controllerUrl: "https://127.0.0.1:9" });
    expect(await client.authorise(grant)).toEqual({
      kind: "unreachable",
      reason: "no connection (ECONNREFUSED)",
    });
  });

  test("that leads elsewhere is not followed: a password goes to one origin alone", async () => {
    const console = await openUnifiConsole();
    const elsewhere = await openUnifiConsole();
    const location = `${elsewhere.url}/api/auth/login`;
    console.interrupt("/api/auth/login", { status: 307, headers: { location } });
    expect((await open(console).client.authorise(grant)).kind).toBe("refused");
    expect(elsewhere.got).toEqual([]);
  });
});

describe("the certificate", () => {
  test("that the console signed itself is believed when it is the pinned one", async () => {
    const console = await openUnifiConsole();
    expect(await open(console).client.authorise(grant)).toEqual({ kind: "done" });
  });

  test("that is another than the pinned one ends it before a byte is sent", async () => {
    const [, other] = selfSigned();
    const console = await openUnifiConsole();
    const { client } = open(console, { certificateSha256: other?.sha256 ?? "" });
    expect(await client.authorise(grant)).toEqual({
      kind: "unreachable",
      reason: "its certificate is not the one that was pinned",
    });
    expect(console.got).toEqual([]);
  });

  test("of no known authority is not believed where none is pinned", async () => {
    const console = await openUnifiConsole();
    const nothing = { certificateSha256: undefined } as unknown as Partial<UnifiNas>;
    expect(await open(console, nothing).client.authorise(grant)).toMatchObject({
      kind: "unreachable",
      reason: expect.stringContaining("no known authority"),
    });
    expect(console.got).toEqual([]);
  });
});

test("limits are written in the console's units, rounded up and kept within its bounds", () => {
  const limits = { sessionSeconds: 61, uploadKbps: 1, downloadKbps: 9e9, sessionBytes: 1 };
  expect(writeLimits(limits)).toEqual({
    ...{ minutes: 2, uploadKbps: 2, downloadKbps: 100_000, megabytes: 1 },
  });
  const none = { sessionSeconds: null, uploadKbps: null, downloadKbps: null, sessionBytes: null };
  const unlimited = { minutes: 240, uploadKbps: null, downloadKbps: null, megabytes: null };
  expect(writeLimits(none)).toEqual(unlimited);
  expect(writeLimits(undefined)).toEqual(unlimited);
});

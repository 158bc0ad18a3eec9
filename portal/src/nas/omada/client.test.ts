import type { OmadaNas } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  OMADA_APP,
  OMADA_ID,
  OMADA_OPERATOR,
  type OmadaController,
  openOmadaController,
} from "../../../test/omada-controller.ts";
import { openControllerLine } from "../controller/line.ts";
import { openOmadaClient } from "./client.ts";
import { type OmadaPlace, writeAuth } from "./rules.ts";

const MAC = "02-AA-BB-CC-00-01";
const place: OmadaPlace = {
  kind: "access-point",
  clientMac: MAC,
  apMac: "52-DE-63-00-00-01",
  ssidName: "Quán Gió & Co",
  radioId: "1",
  site: "site-1",
};
const limits = { sessionSeconds: 3600, uploadKbps: null, downloadKbps: null, sessionBytes: null };
const body = writeAuth(place, limits, "microseconds");

function open(controller: OmadaController, changes: Partial<OmadaNas> = {}) {
  const clock = { now: Date.parse("2026-03-01T02:00:00Z") };
  const nas: OmadaNas = {
    kind: "omada",
    id: "0199f000-0000-7000-8000-000000000012",
    name: "Controller",
    source: "",
    controllerUrl: controller.url,
    certificateSha256: controller.certificateSha256,
    omadacId: OMADA_ID,
    site: "site-1",
    operator: OMADA_OPERATOR,
    timeUnit: "microseconds",
    openApi: OMADA_APP,
    ...changes,
  };
  const line = openControllerLine(nas, { answerSecondsMax: 1 });
  onTestFinished(() => line.close());
  return { client: openOmadaClient(nas, { line, clock: () => new Date(clock.now) }), clock };
}

function join(controller: OmadaController, mac = MAC) {
  const device = { ip: "10.10.0.92", authStatus: 1, trafficUp: 402, trafficDown: 4426 };
  controller.devices.set(mac, device);
  return device;
}

const pathsOf = ({ got }: OmadaController) => got.map(({ path }) => path);
const withoutId = { omadacId: undefined } as unknown as Partial<OmadaNas>;

describe("the hotspot's API for external portals", () => {
  test("takes a guest of v5 under the controller's id, with the token in a header", async () => {
    for (const release of ["5.9", "5.12"] as const) {
      const controller = await openOmadaController(release);
      const device = join(controller);
      expect(await open(controller).client.hotspot.authorise(body)).toEqual({ kind: "done" });
      expect(device.authStatus).toBe(2);
      const base = `/${OMADA_ID}/api/v2/hotspot`;
      expect(pathsOf(controller)).toEqual([`${base}/login`, `${base}/extPortal/auth`]);
    }
  });

  test("takes a guest of v4 without an id, with the token in the query", async () => {
    const controller = await openOmadaController("4.4");
    const device = join(controller);
    const { client } = open(controller, withoutId);
    expect(await client.hotspot.authorise(body)).toEqual({ kind: "done" });
    expect(device.authStatus).toBe(2);
    expect(client.openApi).toBeNull();
  });

  test("gets the redirect's strings letter for letter, of an access point or of a gateway", async () => {
    const controller = await openOmadaController();
    join(controller);
    const { client } = open(controller);
    await client.hotspot.authorise(body);
    const common = { clientMac: MAC, site: "site-1", authType: 4 };
    const { apMac, ssidName, radioId } = place;
    const byAccessPoint = { ...common, apMac, ssidName, radioId, time: 3_600_000_000 };
    expect(controller.got.at(-1)?.body).toEqual(byAccessPoint);
    const gateway = { kind: "gateway", clientMac: MAC, gatewayMac: "AC-15-A2-00-00-01" } as const;
    const wired = { ...gateway, vid: "20", site: "site-1" };
    await client.hotspot.authorise(writeAuth(wired, limits, "milliseconds"));
    const byGateway = { ...common, gatewayMac: "AC-15-A2-00-00-01", vid: "20", time: 3_600_000 };
    expect(controller.got.at(-1)?.body).toEqual(byGateway);
  });

  test("is logged in to once for all guests, and anew when the session is over", async () => {
    const controller = await openOmadaController();
    join(controller);
    const { client } = open(controller);
    const letIn = () => client.hotspot.authorise(body);
    expect(await Promise.all([letIn(), letIn(), letIn()])).toEqual(Array(3).fill({ kind: "done" }));
    expect(controller.sessions.size).toBe(1);
    controller.sessions.clear();
    expect(await Promise.all([letIn(), letIn()])).toEqual(Array(2).fill({ kind: "done" }));
    expect(controller.sessions.size).toBe(1);
  });

  test("tells of a guest whom the controller does not have, also when log-ins are used up", async () => {
    const controller = await openOmadaController();
    const { client } = open(controller);
    for (let tries = 0; tries < 5; tries += 1)
      expect(await client.hotspot.authorise(body)).toEqual({
        kind: "refused",
        reason: "errorCode -41501",
      });
    expect(controller.got.filter(({ path }) => path.endsWith("/login"))).toHaveLength(3);
  });

  test("refuses a wrong password, and is not asked over and over", async () => {
    const controller = await openOmadaController();
    const { client } = open(controller, { operator: { username: "other", password: "x" } });
    const refused = { kind: "refused", reason: "the log-in is refused: errorCode -30109" };
    for (const _ of [1, 2, 3]) expect(await client.hotspot.authorise(body)).toEqual(refused);
    expect(await client.hotspot.authorise(body)).toMatchObject({ kind: "unreachable" });
    expect(controller.got).toHaveLength(3);
  });

  test("is left alone for a while when it asks for patience", async () => {
    const controller = await openOmadaController();
    join(controller);
    controller.interrupt("/login", { status: 429 });
    const { client, clock } = open(controller);
    expect(await client.hotspot.authorise(body)).toMatchObject({ kind: "unreachable" });
    expect(await client.hotspot.authorise(body)).toMatchObject({ kind: "unreachable" });
    expect(controller.got).toHaveLength(1);
    clock.now += 60_000;
    expect(await client.hotspot.authorise(body)).toEqual({ kind: "done" });
  });
});

test.each<[string, Parameters<OmadaController["interrupt"]>[1], object]>([
  ["breaks down", { status: 500 }, { kind: "unreachable", reason: "it is out of order (500)" }],
  ["says no JSON", { body: "<html>" }, { kind: "unreachable", reason: "the answer is no JSON" }],
  ["says JSON without a code", { body: "{}" }, { kind: "unreachable" }],
  ["says nothing", { hangs: true }, { kind: "unreachable", reason: "no answer in time" }],
  ["leads elsewhere", { status: 302, headers: { location: "/login" } }, { kind: "refused" }],
])("a controller that %s lets nobody in, and says why", async (_, reply, outcome) => {
  for (const path of ["/login", "/extPortal/auth"]) {
    const controller = await openOmadaController();
    join(controller);
    controller.interrupt(path, reply);
    expect(await open(controller).client.hotspot.authorise(body)).toMatchObject(outcome);
  }
});

test("a certificate other than the pinned one ends it before the password is sent", async () => {
  const controller = await openOmadaController();
  const { client } = open(controller, { certificateSha256: "00".repeat(32) });
  expect(await client.hotspot.authorise(body)).toMatchObject({ kind: "unreachable" });
  expect(controller.got).toEqual([]);
});

describe("the Open API", () => {
  test("lists who is let in, with their bytes, page by page", async () => {
    const controller = await openOmadaController();
    join(controller).authStatus = 2;
    for (let i = 0; i < 600; i += 1)
      join(
        controller,
        `02-AA-BB-DD-${(i >> 8).toString(16).padStart(2, "0")}-${(i & 255).toString(16).padStart(2, "0")}`.toUpperCase(),
      );
    const listing = await open(controller).client.openApi?.listGuests();
    if (listing?.kind !== "listed") throw new Error(JSON.stringify(listing));
    expect(listing.devices).toHaveLength(601);
    const used = { ip: "10.10.0.92", uploadBytes: 402, downloadBytes: 4426 };
    expect(listing.devices[0]).toMatchObject({ mac: MAC, isAuthorised: true, ...used });
    expect(listing.devices[1]?.isAuthorised).toBe(false);
  });

  test("is asked under one token until it ends, or the controller calls it over", async () => {
    const controller = await openOmadaController();
    const { client, clock } = open(controller);
    await client.openApi?.listGuests();
    await client.openApi?.listGuests();
    expect(controller.accessTokens.size).toBe(1);
    clock.now += 7200_000;
    await client.openApi?.listGuests();
    expect(controller.accessTokens.size).toBe(2);
    controller.accessTokens.clear();
    expect(await client.openApi?.listGuests()).toMatchObject({ kind: "listed" });
  });

  test("puts a guest out, and does not mind when they are out already", async () => {
    const controller = await openOmadaController();
    const device = join(controller);
    device.authStatus = 2;
    const { client } = open(controller);
    expect(await client.openApi?.unauthorise(MAC)).toEqual({ kind: "done" });
    expect(device.authStatus).toBe(1);
    controller.devices.clear();
    expect(await client.openApi?.unauthorise(MAC)).toEqual({ kind: "done" });
  });

  test("refuses another app's secret, and the reason does not quote it", async () => {
    const controller = await openOmadaController();
    const { client } = open(controller, { openApi: { ...OMADA_APP, clientSecret: "wrong-one" } });
    expect(await client.openApi?.listGuests()).toEqual({
      kind: "refused",
      reason: "the app is refused: errorCode -44106",
    });
  });
});

import type { RuckusControllerNas } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  encrypt,
  openRuckusController,
  RUCKUS_PASSWORD,
  type RuckusController,
} from "../../../test/ruckus-controller.ts";
import { openControllerLine } from "../controller/line.ts";
import { openRuckusClient } from "./client.ts";

const MAC = encrypt("02:AA:BB:CC:00:01");
const guest = { ueMac: MAC, ueIp: encrypt("10.10.0.92"), proxy: "0" };
const right = { username: "t-5f2a", password: "0f1e2d3c" };

function open(controller: RuckusController, changes: Partial<RuckusControllerNas> = {}) {
  const nas: RuckusControllerNas = {
    kind: "ruckus-controller",
    id: "0199f000-0000-7000-8000-000000000014",
    name: "vSZ",
    source: "10.1.0.9",
    radiusSecret: "radius-secret",
    nasIdentifier: "",
    controllerUrl: controller.url,
    certificateSha256: controller.certificateSha256,
    service: "smartzone",
    requestPassword: RUCKUS_PASSWORD,
    ...changes,
  };
  const line = openControllerLine(nas, { answerSecondsMax: 1 });
  onTestFinished(() => line.close());
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  return { client: openRuckusClient({ line, nas, pause }), pauses };
}

const typesOf = ({ got }: RuckusController) => got.map(({ body }) => body?.RequestType);

describe("a guest is logged in", () => {
  test("on SmartZone without holding the line, and the outcome is asked for until it is there", async () => {
    const controller = await openRuckusController();
    controller.guests.set(MAC, "unauthorised");
    const answers = [null, null, true];
    controller.askRadius = () => answers.shift() ?? null;
    const { client, pauses } = open(controller);
    expect(await client.logIn(guest, right)).toEqual({ kind: "done" });
    expect(typesOf(controller)).toEqual(["LoginAsync", "Status", "Status", "Status"]);
    expect(pauses).toHaveLength(2);
    expect(controller.got[0]?.body).toMatchObject({
      ...{ RequestCategory: "UserOnlineControl", RequestUserName: "api", "UE-Proxy": "0" },
      ...{ "UE-MAC": MAC, "UE-IP": encrypt("10.10.0.92") },
      ...{ "UE-Username": "t-5f2a", "UE-Password": "0f1e2d3c" },
    });
  });

  test("on RUCKUS One in one request, since it knows no other", async () => {
    const controller = await openRuckusController("ruckus-one");
    controller.guests.set(MAC, "unauthorised");
    const { client } = open(controller, { service: "ruckus-one" });
    expect(await client.logIn(guest, right)).toEqual({ kind: "done" });
    expect(typesOf(controller)).toEqual(["Login"]);
  });

  test("and is in already when the controller says so", async () => {
    const controller = await openRuckusController();
    controller.guests.set(MAC, "authorised");
    expect(await open(controller).client.logIn(guest, right)).toEqual({ kind: "done" });
  });

  test("later, when RADIUS takes its time: the same log-in is waited for, not begun anew", async () => {
    const controller = await openRuckusController();
    controller.guests.set(MAC, "unauthorised");
    controller.askRadius = () => null;
    const { client } = open(controller);
    expect(await client.logIn(guest, right)).toEqual({ kind: "pending" });
    controller.askRadius = () => true;
    expect(await client.logIn(guest, right)).toEqual({ kind: "done" });
    expect(typesOf(controller).filter((type) => type === "LoginAsync")).toHaveLength(1);
  });

  test("not, when RADIUS refuses; a failure that was told once is not mistaken for waiting", async () => {
    const controller = await openRuckusController();
    controller.guests.set(MAC, "unauthorised");
    controller.askRadius = () => false;
    const { client } = open(controller);
    const refused = { kind: "refused", reason: "301 login failed" };
    expect(await client.logIn(guest, right)).toEqual(refused);
    expect(await client.logIn(guest, right)).toEqual(refused);
    controller.askRadius = () => null;
    await client.logIn(guest, right);
    // Somebody else asked first, and was told the 301.
    controller.owed.clear();
    expect(await client.logIn(guest, right)).toEqual({
      kind: "refused",
      reason: "100 client unauthorised",
    });
  });

  test("not yet, when the controller has not seen the device", async () => {
    const controller = await openRuckusController();
    expect(await open(controller).client.logIn(guest, right)).toEqual({ kind: "not-listed" });
  });
});

test("a guest is logged out, and whoever is out already is out", async () => {
  const controller = await openRuckusController();
  controller.guests.set(MAC, "authorised");
  const { client } = open(controller);
  for (const _ of [1, 2]) expect(await client.logOut(guest)).toEqual({ kind: "done" });
  expect(controller.guests.get(MAC)).toBe("unauthorised");
  controller.guests.clear();
  expect(await client.logOut(guest)).toEqual({ kind: "done" });
});

test("an encrypted MAC is what the controller says it is", async () => {
  const controller = await openRuckusController();
  const { client } = open(controller);
  expect(await client.decrypt(MAC)).toEqual({ kind: "text", text: "02:AA:BB:CC:00:01" });
  const wrong = open(controller, { requestPassword: "another-secret" }).client;
  const refused = { kind: "refused", reason: "306 wrong request password" };
  expect(await wrong.decrypt(MAC)).toEqual(refused);
  expect(await wrong.logIn(guest, right)).toEqual(refused);
});

test.each([
  [100, "refused"],
  [302, "refused"],
  [303, "refused"],
  [304, "refused"],
  [305, "refused"],
  [306, "refused"],
  [400, "unreachable"],
  [401, "unreachable"],
  [999, "refused"],
])("code %i is %s", async (ResponseCode, kind) => {
  const controller = await openRuckusController();
  controller.interrupt("/portalintf", { body: { ResponseCode } });
  expect((await open(controller).client.logIn(guest, right)).kind).toBe(kind);
});

test.each<[string, Parameters<RuckusController["interrupt"]>[1], object]>([
  ["breaks down", { status: 503 }, { kind: "unreachable", reason: "it is out of order (503)" }],
  ["says no JSON", { body: "ok" }, { kind: "unreachable", reason: "the answer is no JSON" }],
  ["says nothing", { hangs: true }, { kind: "unreachable", reason: "no answer in time" }],
])("a controller that %s lets nobody in, and says why", async (_, reply, outcome) => {
  const controller = await openRuckusController();
  controller.interrupt("/portalintf", reply);
  expect(await open(controller).client.logIn(guest, right)).toEqual(outcome);
});

test("a certificate other than the pinned one ends it before the password is sent", async () => {
  const controller = await openRuckusController();
  const { client } = open(controller, { certificateSha256: "00".repeat(32) });
  expect(await client.logIn(guest, right)).toMatchObject({ kind: "unreachable" });
  expect(controller.got).toEqual([]);
});

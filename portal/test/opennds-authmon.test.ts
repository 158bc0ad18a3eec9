import { createHash } from "node:crypto";
import { listOpenSessions } from "@foyer/branch-store";
import type { AccessCode, OpenndsNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { openndsNas3, openndsNas4, sealFas, vectors } from "../src/nas/fixtures/examples.ts";
import { rhidOf } from "../src/nas/opennds-authmon.ts";
import { OPENNDS_FAS_PATH } from "../src/nas/opennds-authmon-routes.ts";
import { land, openBehind, signIn, waitUntilTold } from "./go-online.ts";
import { openTestPortal, type TestPortal } from "./open-portal.ts";

const GATEWAY_NAME = "LabShop Node:7266965dd10f ";
const GATEWAY_IP = "10.10.0.1";
const CODE: AccessCode = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 2, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** The redirect that was recorded, as this gateway would have sent it for a guest. */
function arrivalOf(nas: OpenndsNas, changes: { hid?: string; mac?: string; ip?: string } = {}) {
  let text: string = vectors.opennds.level2.plain;
  if (nas.fasLevel === 4) text = text.replace(" authdir=opennds_auth,", "");
  text = text.replace("gatewaymac=7266965dd10f", `gatewaymac=${nas.gatewayMac}`);
  text = text.replace(vectors.opennds.hid, changes.hid ?? vectors.opennds.hid);
  text = text.replace("02:aa:bb:cc:00:01", changes.mac ?? "02:aa:bb:cc:00:01");
  text = text.replace("clientip=10.10.0.92", `clientip=${changes.ip ?? "10.10.0.92"}`);
  return sealFas(text, nas).replace("/?", `${OPENNDS_FAS_PATH}?`);
}

/** A question as authmon posts it (post-request.php of openNDS 9.10.0). */
async function ask(
  portal: TestPortal,
  auth_get: string,
  payload = "none",
  { from = GATEWAY_IP, name = GATEWAY_NAME } = {},
) {
  const form = {
    auth_get,
    gatewayhash: sha256(name),
    payload: Buffer.from(payload).toString("base64"),
  };
  const response = await portal.app.inject({
    method: "POST",
    url: OPENNDS_FAS_PATH,
    remoteAddress: from,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "openNDS(authmon;NDS:9.10.0;)",
    },
    payload: new URLSearchParams(form).toString(),
  });
  return { status: response.statusCode, body: response.body };
}

const linesOf = (body: string) => body.slice(2).split(" ").filter(Boolean).map(decodeURIComponent);
const rhidFor = (nas: OpenndsNas, hid = vectors.opennds.hid) => rhidOf(hid, nas.fasKey);

test("the answer a gateway holds against its own is that of the recorded hand-off", () => {
  expect(rhidOf(vectors.opennds.hid, vectors.opennds.faskey)).toBe(vectors.opennds.tok);
});

/** A guest who has typed an access code and waits for the gateway. */
async function enterCode(nas: OpenndsNas) {
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.nas = [nas];
      settings.signIn.accessCode = { enabled: true };
      settings.accessCodes = [CODE];
    },
  });
  const browser = portal.browser();
  await browser.open(arrivalOf(nas));
  await browser.submit("/access-code", { accessCode: CODE.code, terms: browser.tick("terms") });
  return { portal, browser };
}

function withdraw(portal: TestPortal) {
  portal.change((settings) => {
    settings.accessCodes = [];
  });
}

describe.each([openndsNas3, openndsNas4])("openNDS at FAS level $fasLevel", (nas) => {
  test("part of MC-1.4: fetches whom a right code lets in, and the session begins when it has told so", async () => {
    const portal = await openBehind(nas);
    expect(await ask(portal, "clear")).toEqual({ status: 200, body: "ack" });
    expect(await ask(portal, "view")).toEqual({ status: 200, body: "*" });
    const browser = await signIn(portal, arrivalOf(nas));
    expect(browser.page.words).toContain("Connecting you");
    const { body } = await ask(portal, "view");
    const [line = ""] = linesOf(body);
    const [rhid, minutes, up, down, upQuota, downQuota, custom = ""] = line.split(" ");
    expect(rhid).toBe(rhidFor(nas));
    expect([minutes, up, down, upQuota, downQuota].every((each) => /^\d+$/.test(each ?? ""))).toBe(
      true,
    );
    expect(Number(minutes)).toBeGreaterThan(0);
    // A ticket: ndsctl cuts a longer text.
    expect(Buffer.from(custom, "base64").toString()).toMatch(/^[\w-]{16}$/);
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    expect(await ask(portal, "view", `* ${rhid}`)).toEqual({ status: 200, body: "ack" });
    await waitUntilTold(browser);
    expect(portal.store.read(listOpenSessions)).toMatchObject([
      { acctSessionId: vectors.opennds.hid },
    ]);
    await land(browser);
    expect(browser.page.words).toContain("You're online, Lan");
    expect((await ask(portal, "view")).body).toBe("*");
  });

  test("does not let in whom it has not told of, however often it looks", async () => {
    const portal = await openBehind(nas);
    await signIn(portal, arrivalOf(nas));
    const first = (await ask(portal, "view")).body;
    for (const _ of [1, 2]) {
      expect(await ask(portal, "view", "*")).toEqual({ status: 200, body: "ack" });
      expect((await ask(portal, "view")).body).toBe(first);
    }
    expect(portal.events("guest.connected")).toEqual([]);
  });

  test("lets nobody in by a code that was withdrawn while they waited", async () => {
    const { portal, browser } = await enterCode(nas);
    expect(browser.page.words).toContain("Connecting you");
    withdraw(portal);
    await waitUntilTold(browser);
    expect(browser.page.status).toBe(403);
    expect((await ask(portal, "view")).body).toBe("*");
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    await browser.submit("/connecting", {});
    expect(browser.page.words).toContain("This code isn't taken any more");
    expect((await ask(portal, "view")).body).toBe("*");
    expect(portal.events("guest.connected")).toEqual([]);
  });

  test("counts whom it let in as in, though their code went away while it did", async () => {
    const { portal, browser } = await enterCode(nas);
    const [line = ""] = linesOf((await ask(portal, "view")).body);
    withdraw(portal);
    await ask(portal, "view", `* ${line.split(" ")[0]}`);
    await waitUntilTold(browser);
    expect(portal.store.read(listOpenSessions)).toMatchObject([
      { acctSessionId: vectors.opennds.hid },
    ]);
  });

  test("that begins anew has nobody waiting, and one who waits on is laid out for it again", async () => {
    const portal = await openBehind(nas);
    const browser = await signIn(portal, arrivalOf(nas));
    await ask(portal, "clear");
    expect((await ask(portal, "view")).body).toBe("*");
    let shown = "*";
    for (let looks = 0; looks < 100 && shown === "*"; looks += 1) {
      await new Promise((done) => setTimeout(done, 30));
      shown = (await ask(portal, "view")).body;
    }
    expect(linesOf(shown)[0]).toContain(rhidFor(nas));
    expect(browser.page.words).toContain("Connecting you");
  });

  test("ends a session by its word, with its bytes, in base64 once or twice", async () => {
    const portal = await openBehind(nas);
    const token = "3f2a9c01";
    const browser = await signIn(portal, arrivalOf(nas, { hid: sha256(token) }));
    await ask(portal, "view", `* ${rhidFor(nas, sha256(token))}`);
    await waitUntilTold(browser);
    portal.pass(600);
    const facts = (changes: Record<string, string> = {}) =>
      Object.entries({
        ...{ method: "idle_deauth", clientmac: "02:aa:bb:cc:00:01", bytes_incoming: "4426" },
        ...{ bytes_outgoing: "402", session_start: "1772330400", session_end: "1772330990" },
        ...{ token, custom: "none", ...changes },
      })
        .map(([name, value]) => `${name}=${value}`)
        .join(", ");
    await ask(portal, "deauthed", facts({ token: "00000000" }));
    await ask(portal, "deauthed", facts({ method: "client_auth" }));
    expect(portal.store.read(listOpenSessions)).toHaveLength(1);
    const twice = Buffer.from(facts()).toString("base64");
    expect(await ask(portal, "deauthed", twice)).toEqual({ status: 200, body: "ack" });
    expect(await ask(portal, "deauthed", facts())).toEqual({ status: 200, body: "ack" });
    expect(portal.events("session.ended").map(({ payload }) => payload)).toMatchObject([
      { cause: "Idle-Timeout", connectedSeconds: 590, uploadBytes: 402, downloadBytes: 4426 },
    ]);
    expect(await ask(portal, "custom", "anything")).toEqual({ status: 200, body: "ack" });
  });

  test("is asked for from its registered address alone, and by its name where one is set", async () => {
    const portal = await openBehind(nas);
    await signIn(portal, arrivalOf(nas));
    for (const question of ["view", "list", "clear", "deauthed"])
      expect(await ask(portal, question, "none", { from: "10.10.0.92" })).toEqual({
        status: 403,
        body: "ERROR: unknown gateway",
      });
    expect((await ask(portal, "view")).body).toContain(rhidFor(nas));
    portal.change((settings) => {
      settings.nas = [{ ...nas, gatewayName: "LabShop Node:7266965dd10f" }];
    });
    expect((await ask(portal, "view")).body).toContain(rhidFor(nas));
    const other = { name: "Another Node:7266965dd10f " };
    expect((await ask(portal, "view", "none", other)).status).toBe(403);
  });

  test("is told no list where it asks for something else, nor at another level", async () => {
    const portal = await openBehind(nas);
    expect(await ask(portal, "everything")).toEqual({
      status: 400,
      body: "ERROR: unknown question",
    });
    portal.change((settings) => {
      settings.nas = [{ ...nas, fasLevel: 2 }];
    });
    expect((await ask(portal, "view")).status).toBe(403);
  });
});

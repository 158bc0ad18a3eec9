import type { Ticket } from "@foyer/branch-store";
import { listDoorNotes, listNasRefusals, listOpenSessions } from "@foyer/branch-store";
import { describe, expect, test, vi } from "vitest";
import {
  MAC,
  NAS_ID,
  OTHER_MAC,
  sampleSettings,
  signInAndIssue,
  startTestBox,
  type TestBox,
} from "../../test/box.ts";
import { AUDIT_SESSION_ID, cwaNas, openCwaBox } from "../../test/cwa-box.ts";
import { openTestNas } from "../../test/nas.ts";
import { codes } from "../protocol/dictionary.ts";
import { attribute, findValue, hasAttribute, listOctets } from "../protocol/values.ts";

/** A ticket by an access code, which leaves the device nobody's. */
const issueByCode = ({ store }: TestBox, change: Partial<Ticket> = {}) =>
  signInAndIssue(store, MAC, { method: "access-code", ...change }, { proved: false });

describe("a device that nobody knows, at a controller with central web authentication", () => {
  test("is let as far as the portal, which is told whose device it is and nobody else is", async () => {
    const { ask } = await openCwaBox();
    const { code, reply, url, link, pairs } = await ask();
    expect(code).toBe(codes.accessAccept);
    expect(url).toMatch(/^http:\/\/10\.1\.0\.2:8080\/\?cwa=[\w-]+$/);
    expect(pairs).toEqual([`url-redirect=${url}`, "url-redirect-acl=ACL_WEBAUTH_REDIRECT"]);
    expect(link).toMatchObject({ mac: MAC, sessionId: AUDIT_SESSION_ID });
    expect(url?.toUpperCase()).not.toContain(MAC.replaceAll("-", ""));
    // No limit of a session that was not granted.
    for (const name of ["Session-Timeout", "Idle-Timeout"] as const)
      expect(reply && hasAttribute(reply, name)).toBe(false);
  });

  test("is led there with or without a name for its stay, and each answer has room in an attribute", async () => {
    const { ask } = await openCwaBox({ portalOrigin: `http://${"x".repeat(60)}.example` });
    expect((await ask(MAC, null)).link).toMatchObject({ sessionId: "" });
    const { reply } = await ask(OTHER_MAC, "F".repeat(64));
    for (const octets of reply ? listOctets(reply, "Cisco-AVPair") : [])
      expect(octets.length).toBeLessThanOrEqual(247);
  });

  test("is rejected where no page would help: the secret was not shown, or another device is named", async () => {
    const { box, nas, isAccepted } = await openCwaBox();
    const bare = MAC.replaceAll("-", "");
    const callCheck = { more: [attribute("Service-Type", 10)] };
    const unsigned = nas.chap({
      ...{ userName: bare, password: bare, mac: MAC, isSigned: false, ...callCheck },
    });
    const another = nas.pap({ userName: bare, password: bare, mac: OTHER_MAC, ...callCheck });
    const typed = nas.pap({ userName: "lan", password: "guess", mac: MAC });
    for (const request of [unsigned, another, typed]) {
      const reply = await nas.exchange(box.authPort, request);
      expect(isAccepted(reply?.code ?? null)).toBe(false);
      expect(reply && listOctets(reply, "Cisco-AVPair")).toEqual([]);
    }
  });

  test("is noted as led there and why, and as refused by nobody", async () => {
    const { box, ask } = await openCwaBox();
    await ask();
    const noted = () => box.store.read((tx) => listDoorNotes(tx, { mac: MAC }));
    const led = { by: "radius", asked: "device", answer: "told", reason: "unknown-device" };
    await vi.waitFor(() => expect(noted()).toMatchObject([led]), 20_000);
    expect(box.store.read((tx) => listNasRefusals(tx, null))).toEqual([]);
  });

  test("is not online: its accounting opens no session, whatever the controller tells of it", async () => {
    const { box, nas, ask } = await openCwaBox();
    const { reply } = await ask();
    const [captive] = reply ? listOctets(reply, "Class") : [];
    if (!captive) throw new Error("the answer has no Class");
    const record = (status: number, more: ReturnType<typeof attribute>[]) =>
      nas.accounting([
        attribute("Acct-Status-Type", status),
        attribute("Acct-Session-Id", "s-1"),
        attribute("Calling-Station-Id", MAC),
        attribute("Framed-IP-Address", "10.20.0.7"),
        ...more,
      ]);
    const inClass = [attribute("Class", captive)];
    for (const status of [1, 3, 2])
      expect((await nas.exchange(box.acctPort, record(status, inClass)))?.code).toBe(
        codes.accountingResponse,
      );
    expect(box.store.read(listOpenSessions)).toEqual([]);
    expect(box.listEvents("visit.started")).toEqual([]);
    expect(box.health().nas[NAS_ID]?.passedOver).toEqual({ captive: 3 });
    // Let in under the same stay: the controller goes on with an interim record, in the new Class.
    box.issueTicketFor();
    const granted = (await ask()).reply;
    const [own] = granted ? listOctets(granted, "Class") : [];
    if (!own) throw new Error("the grant has no Class");
    for (const classes of [[attribute("Class", own)], [attribute("Class", own), ...inClass]])
      await nas.exchange(box.acctPort, record(3, classes));
    expect(box.store.read(listOpenSessions)).toMatchObject([{ ip: "10.20.0.7" }]);
    expect(box.listEvents("visit.started")).toHaveLength(1);
  });
});

describe("a device whose guest has signed in at the portal", () => {
  test("is let in by the ticket that waits for it, under the policy's limits, and its ticket is spent", async () => {
    const { box, ask } = await openCwaBox();
    await ask();
    box.issueTicketFor();
    const { code, url, reply } = await ask();
    expect({ code, url }).toEqual({ code: codes.accessAccept, url: null });
    expect(reply && findValue(reply, "Session-Timeout")).toBe(14_400);
    await box.catchUp();
    // Nobody is told of twice: the portal tells of who it has let in.
    expect(box.listEvents("guest.connected")).toEqual([]);
    box.advance(31);
    // Spent; but the device is its guest's from here on, and they come back as such.
    expect((await ask()).url).toBeNull();
    await box.catchUp();
    expect(box.listEvents("guest.connected")).toHaveLength(1);
  });

  test("gets the same answer again within 30 seconds, though the controller asks with a new authenticator", async () => {
    const { box, ask } = await openCwaBox();
    issueByCode(box);
    for (const seconds of [0, 10, 19]) {
      box.advance(seconds);
      expect((await ask()).url).toBeNull();
    }
    box.advance(2);
    // An access code says nothing of who holds it: the device is nobody's afterwards.
    expect((await ask()).url).not.toBeNull();
  });

  test("is let in by a ticket of its own alone: not of another device, of another NAS, or of long ago", async () => {
    const { box, ask } = await openCwaBox();
    issueByCode(box);
    expect((await ask(OTHER_MAC)).url).not.toBeNull();
    box.advance(121);
    expect((await ask()).url).not.toBeNull();
    issueByCode(box, { nasId: "01990000-0000-7000-8000-0000000000ff" });
    expect((await ask()).url).not.toBeNull();
  });

  test("is led to the portal again when its policy leaves nothing: the page says why", async () => {
    const settings = sampleSettings((each) => {
      each.nas = [cwaNas()];
      // It is nine o'clock on Sunday at the branch.
      for (const policy of each.policies)
        policy.allowedHours = [{ days: [7], from: "12:00", to: "13:00" }];
    });
    const { box, ask } = await openCwaBox({}, { settings });
    box.issueTicketFor();
    expect((await ask()).url).not.toBeNull();
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "outside-hours": 1 });
    box.advance(3 * 60 * 60);
    box.issueTicketFor();
    expect((await ask()).url).toBeNull();
  });
});

test("a known device comes in by itself, and is led to its page when one is due", async () => {
  const settings = sampleSettings((each) => {
    each.nas = [cwaNas()];
    each.signIn.greet = "each-visit";
  });
  const greeting = await openCwaBox({}, { settings });
  greeting.box.issueTicketFor();
  expect((await greeting.ask()).url).toBeNull();
  await greeting.box.catchUp();
  greeting.box.advance(7 * 24 * 60 * 60);
  expect((await greeting.ask()).link).toMatchObject({ mac: MAC });
});

test("no other kind of NAS is answered so: its unknown devices are rejected as before", async () => {
  const box = await startTestBox();
  const nas = await openTestNas();
  const request = nas.pap({ userName: MAC, password: MAC, mac: MAC });
  expect((await nas.exchange(box.authPort, request))?.code).toBe(codes.accessReject);
});

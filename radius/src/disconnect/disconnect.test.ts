import { setTimeout as sleep } from "node:timers/promises";
import { listDueDisconnects } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, SECRET } from "../../test/box.ts";
import { listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { startFreeradiusNas } from "../../test/freeradius.ts";
import { orderDisconnect, startBoxWithOrder } from "../../test/order.ts";
import { describeWithPeer } from "../../test/peers.ts";
import { isAuthenticatorRight, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket } from "../protocol/packet.ts";
import { attribute, findValue } from "../protocol/values.ts";

const key = prepareSecret(SECRET);

describe("Disconnect-Request (RFC 5176)", () => {
  test("§3: names the NAS and the session, with the User-Name CoovaChilli demands", async () => {
    const nas = await listenForDisconnects((request) => replyTo(request, codes.disconnectAck));
    expect(await orderDisconnect(nas.portNumber)).toEqual(["acknowledged"]);
    const decoded = decodePacket(nas.got[0] as Buffer);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    const { packet } = decoded;
    expect(packet.code).toBe(codes.disconnectRequest);
    expect(isAuthenticatorRight(packet, null, key)).toBe(true);
    expect(findValue(packet, "User-Name")).toBe("t-1");
    expect(findValue(packet, "NAS-Identifier")).toBe("branch-001");
    expect(findValue(packet, "Acct-Session-Id")).toBe("s-1");
    expect(findValue(packet, "Calling-Station-Id")).toBe(MAC);
    expect(findValue(packet, "Event-Timestamp")).toEqual(new Date("2026-03-01T02:00:00Z"));
  });

  test("§3.5: a NAK is kept with its Error-Cause, or without one", async () => {
    const cause = await listenForDisconnects((request) =>
      replyTo(request, codes.disconnectNak, [attribute("Error-Cause", 503)]),
    );
    expect(await orderDisconnect(cause.portNumber)).toEqual(["refused 503"]);
    const none = await listenForDisconnects((request) => replyTo(request, codes.disconnectNak));
    expect(await orderDisconnect(none.portNumber)).toEqual(["refused without a cause"]);
  });

  test("§2.3, §6.3: a retransmission is the same octets", async () => {
    const nas = await listenForDisconnects((request, sending) =>
      sending < 3 ? null : replyTo(request, codes.disconnectAck),
    );
    expect(await orderDisconnect(nas.portNumber, { waitSeconds: [0.05, 0.05, 2] })).toEqual([
      "acknowledged",
    ]);
    expect(nas.got).toHaveLength(3);
    expect(nas.got[1]).toEqual(nas.got[0]);
    expect(nas.got[2]).toEqual(nas.got[0]);
  });

  test("a NAS that stays silent times out after every sending", async () => {
    const nas = await listenForDisconnects(() => null);
    expect(await orderDisconnect(nas.portNumber, { waitSeconds: [0.05, 0.05] })).toEqual([
      "timed-out",
    ]);
    expect(nas.got).toHaveLength(2);
  });

  test("§2.3: an answer with a wrong authenticator is no answer", async () => {
    const stranger = prepareSecret("not the secret");
    const nas = await listenForDisconnects((request) =>
      replyTo(request, codes.disconnectAck, [], stranger),
    );
    expect(await orderDisconnect(nas.portNumber, { waitSeconds: [0.05] })).toEqual(["timed-out"]);
  });

  test("an order that comes too late is not carried out", async () => {
    const nas = await listenForDisconnects((request) => replyTo(request, codes.disconnectAck));
    expect(await orderDisconnect(nas.portNumber, { expiresInSeconds: 0 })).toEqual(["expired"]);
    expect(nas.got).toEqual([]);
  });

  test("a guest who has left is not disconnected", async () => {
    const nas = await listenForDisconnects((request) => replyTo(request, codes.disconnectAck));
    expect(await orderDisconnect(nas.portNumber, { sessions: [] })).toEqual(["no-session"]);
    expect(nas.got).toEqual([]);
  });

  test("an order that a stop of the server interrupts stands for the next start", async () => {
    const nas = await listenForDisconnects(() => null);
    const box = await startBoxWithOrder(nas.portNumber, { waitSeconds: [60] });
    while (nas.got.length === 0) await sleep(5);
    await box.close();
    expect(box.store.read(listDueDisconnects)).toHaveLength(1);
    expect(box.health().disconnects).toEqual({});
  });

  test("a NAS that does not listen for it is not asked", async () => {
    expect(await orderDisconnect(null)).toEqual(["not-offered"]);
  });
});

describeWithPeer("freeradius", "FreeRADIUS in the place of the NAS", () => {
  test("takes the request, and what names the session in it", async () => {
    const portNumber = await startFreeradiusNas(
      SECRET,
      `&User-Name == "t-1" && &NAS-Identifier == "branch-001" && &Acct-Session-Id == "s-1" && &Calling-Station-Id == "${MAC}" && &Event-Timestamp`,
    );
    expect(await orderDisconnect(portNumber)).toEqual(["acknowledged"]);
  });

  test("refuses another session with its Error-Cause", async () => {
    const portNumber = await startFreeradiusNas(SECRET, '&User-Name == "somebody"');
    expect(await orderDisconnect(portNumber)).toEqual(["refused 503"]);
  });

  test("with another secret says nothing", async () => {
    const portNumber = await startFreeradiusNas("another-secret", "&User-Name");
    expect(await orderDisconnect(portNumber, { waitSeconds: [0.2, 0.2] })).toEqual(["timed-out"]);
  });
});

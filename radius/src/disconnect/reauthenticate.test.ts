import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { MAC, SECRET } from "../../test/box.ts";
import { AUDIT_SESSION_ID, openCwaBox } from "../../test/cwa-box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { isAuthenticatorRight, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket } from "../protocol/packet.ts";
import { attribute, findValue, hasAttribute, listOctets } from "../protocol/values.ts";

const key = prepareSecret(SECRET);
const acknowledge: Answer = (request) => replyTo(request, codes.coaAck);

/** What an order that came says, its authenticator checked. */
function readOrder(bytes: Buffer) {
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  const { packet } = decoded;
  expect(isAuthenticatorRight(packet, null, key)).toBe(true);
  return {
    code: packet.code,
    pairs: listOctets(packet, "Cisco-AVPair").map((each) => each.toString()),
    station: findValue(packet, "Calling-Station-Id"),
    hasTime: hasAttribute(packet, "Event-Timestamp"),
  };
}

const REAUTHENTICATE = "subscriber:command=reauthenticate";
const BY_AUDIT_ID = {
  ...{ code: codes.coaRequest, station: null, hasTime: true },
  pairs: [REAUTHENTICATE, `audit-session-id=${AUDIT_SESSION_ID}`],
};
const BY_MAC = { ...BY_AUDIT_ID, station: MAC, pairs: [REAUTHENTICATE] };

const open = async (answer: Answer) => {
  const nas = await listenForDisconnects(answer);
  const cwa = await openCwaBox(
    { disconnectPort: nas.portNumber },
    { commandSeconds: 0.05, disconnectWaitSeconds: [0.2] },
  );
  const orders = () => nas.got.map(readOrder);
  return { ...cwa, orders };
};

describe("the order to ask about a device again, once its guest has signed in", () => {
  test("part of MC-1.4: names the stay as the controller did, and the device is let in when it asks", async () => {
    const { box, ask, orders } = await open(acknowledge);
    expect((await ask()).url).not.toBeNull();
    await pause(150);
    // Nobody has signed in yet.
    expect(orders()).toEqual([]);
    box.issueTicketFor();
    await vi.waitFor(() => expect(orders()).toEqual([BY_AUDIT_ID]), 20_000);
    expect((await ask()).url).toBeNull();
    await pause(200);
    expect(orders()).toHaveLength(1);
  });

  test("names the device by its MAC where the controller refuses its own name, or gave none", async () => {
    const refuseFirst: Answer = (request, sending) =>
      sending === 1
        ? replyTo(request, codes.coaNak, [attribute("Error-Cause", 503)])
        : replyTo(request, codes.coaAck);
    const { box, ask, orders } = await open(refuseFirst);
    await ask();
    box.issueTicketFor();
    await vi.waitFor(() => expect(orders()).toEqual([BY_AUDIT_ID, BY_MAC]), 20_000);
    const nameless = await open(acknowledge);
    await nameless.ask(MAC, null);
    nameless.box.issueTicketFor();
    await vi.waitFor(() => expect(nameless.orders()).toEqual([BY_MAC]), 20_000);
  });

  test("goes out after a restart too, by the MAC: what the controller called the stay is forgotten", async () => {
    const { box, ask, orders } = await open(acknowledge);
    await ask();
    await box.close();
    box.issueTicketFor();
    await box.startAgain();
    await vi.waitFor(() => expect(orders()).toEqual([BY_MAC]), 20_000);
  });

  test("is given once a ticket, and not again to a controller that is silent", async () => {
    const { box, ask, orders } = await open(() => null);
    await ask();
    box.issueTicketFor();
    await vi.waitFor(() => expect(orders()).toHaveLength(1), 20_000);
    await pause(400);
    expect(orders()).toHaveLength(1);
    // The guest tries again at the portal, and has a new ticket.
    box.issueTicketFor();
    await vi.waitFor(() => expect(orders()).toHaveLength(2), 20_000);
  });

  test("is not given for a ticket that is over, or was used already", async () => {
    const { box, ask, orders } = await open(acknowledge);
    box.issueTicketFor(MAC, { nasId: "01990000-0000-7000-8000-0000000000ff" });
    await pause(150);
    expect(orders()).toEqual([]);
    await ask();
    await box.close();
    box.issueTicketFor();
    box.advance(121);
    await box.startAgain();
    await pause(200);
    expect(orders()).toEqual([]);
  });
});

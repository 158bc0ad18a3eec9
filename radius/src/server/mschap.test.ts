import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, SECRET, sampleSettings, startTestBox } from "../../test/box.ts";
import { MSCHAP_IDENT, openTestNas } from "../../test/nas.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { MICROSOFT } from "../protocol/mppe.ts";
import { authenticatorResponse, mschapKeys, readMschapAnswer } from "../protocol/mschap.ts";
import { decodePacket, type Packet } from "../protocol/packet.ts";
import { revealSalted } from "../protocol/salted.ts";
import { attribute, findValue, hasAttribute, listOctets } from "../protocol/values.ts";

const octetsOf = (packet: Packet | null, name: Parameters<typeof listOctets>[1]): Buffer => {
  const [octets] = packet ? listOctets(packet, name) : [];
  if (!octets) throw new Error(`the packet has no ${name}`);
  return octets;
};

/** What stands in an MS-CHAP-Error; its identifier is checked. */
const errorOf = (reply: Packet | null): string => {
  const error = octetsOf(reply, "MS-CHAP-Error");
  expect(error[0]).toBe(MSCHAP_IDENT);
  return error.subarray(1).toString();
};

const typesOf = (reply: Packet | null) =>
  reply?.attributes.map(({ vendor, type }) => `${vendor}/${type}`);

const start = async () => ({ box: await startTestBox(), nas: await openTestNas() });

describe("MS-CHAPv2 outside EAP (RFC 2548 §2.3)", () => {
  test("a ticket lets its device in, and the answer proves that the server knows it too", async () => {
    const { box, nas } = await start();
    const { username: userName, password } = box.issueTicketFor();
    const bytes = nas.mschapv2({ userName, password, mac: MAC });
    const reply = await nas.exchange(box.authPort, bytes);
    expect(reply?.code).toBe(codes.accessAccept);
    // RFC 2759 §8.8: what the peer checks before it trusts the link.
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    const asked = {
      userName: Buffer.from(userName),
      serverChallenge: octetsOf(decoded.packet, "MS-CHAP-Challenge"),
    };
    const answer = readMschapAnswer(octetsOf(decoded.packet, "MS-CHAP2-Response"), asked);
    if (!answer) throw new Error("the request has no answer");
    const success = octetsOf(reply, "MS-CHAP2-Success");
    expect(success[0]).toBe(MSCHAP_IDENT);
    const proof = authenticatorResponse(answer.exchange, password);
    expect(success.subarray(1).toString()).toBe(proof);
    const salted = { authenticator: bytes.subarray(4, 20), secret: Buffer.from(SECRET) };
    const { toServer, toPeer } = mschapKeys(answer.exchange.ntResponse, password);
    expect(revealSalted(octetsOf(reply, "MS-MPPE-Recv-Key"), salted)).toEqual(toServer);
    expect(revealSalted(octetsOf(reply, "MS-MPPE-Send-Key"), salted)).toEqual(toPeer);
    // Its limits are told as to anybody.
    expect(reply && findValue(reply, "Session-Timeout")).toBe(14_400);
  });

  test("a reject carries Message-Authenticator, MS-CHAP-Error and Proxy-State, and no more", async () => {
    const { box, nas } = await start();
    const { username: userName } = box.issueTicketFor();
    const more = [attribute("Proxy-State", Buffer.of(1, 2))];
    const asked = { userName, password: "wrong", mac: MAC, more };
    const reply = await nas.exchange(box.authPort, nas.mschapv2(asked));
    expect(reply?.code).toBe(codes.accessReject);
    expect(typesOf(reply)).toEqual(["0/80", `${MICROSOFT}/2`, "0/33"]);
    expect(errorOf(reply)).toMatch(/^E=691 R=0 C=[0-9A-F]{32} V=3 M=wrong-password$/);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "wrong-password": 1 });
  });

  test("a wrong password does not use the ticket up; used, it is refused with its reason", async () => {
    const { box, nas } = await start();
    const { username: userName, password } = box.issueTicketFor();
    const ask = (given: string, mac = MAC) =>
      nas.exchange(box.authPort, nas.mschapv2({ userName, password: given, mac }));
    expect(errorOf(await ask(password.toLowerCase()))).toContain("M=wrong-password");
    expect(errorOf(await ask(password, OTHER_MAC))).toContain("M=ticket-other-device");
    expect((await ask(password))?.code).toBe(codes.accessAccept);
    expect(errorOf(await ask(password, OTHER_MAC))).toContain("M=ticket-other-device");
    box.advance(31);
    expect(errorOf(await ask(password))).toContain("M=ticket-used");
  });

  test("a retransmission gets the same octets, with the same keys and challenge", async () => {
    const { box, nas } = await start();
    const { username: userName, password } = box.issueTicketFor();
    for (const given of ["wrong", password]) {
      const bytes = nas.mschapv2({ userName, password: given, mac: MAC });
      const first = await nas.exchange(box.authPort, bytes);
      const second = await nas.exchange(box.authPort, bytes);
      expect(second?.bytes).toEqual(first?.bytes);
    }
  });

  test("a response that is cut short is a log-in without a proof, told by Reply-Message", async () => {
    const { box, nas } = await start();
    const { username } = box.issueTicketFor();
    const attributes = [
      attribute("User-Name", username),
      attribute("Calling-Station-Id", MAC),
      attribute("MS-CHAP-Challenge", Buffer.alloc(16)),
      attribute("MS-CHAP2-Response", Buffer.alloc(49)),
    ];
    const code = codes.accessRequest;
    const request = { code, identifier: 1, authenticator: randomBytes(16), attributes };
    const bytes = encodeRequest({ ...request, isSigned: true }, prepareSecret(SECRET));
    const reply = await nas.exchange(box.authPort, bytes);
    expect(typesOf(reply)).toEqual(["0/80", "0/18"]);
    expect(reply && findValue(reply, "Reply-Message")).toBe("wrong-password");
  });

  test("MAC authentication by it is answered with the MAC's own proof", async () => {
    const settings = sampleSettings((each) => {
      each.signIn.greet = "never";
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    box.issueTicketFor();
    const known = { userName: "ac005e005301", password: "AC-00-5E-00-53-01", mac: MAC };
    const reply = await nas.exchange(box.authPort, nas.mschapv2(known));
    expect(reply?.code).toBe(codes.accessAccept);
    expect(octetsOf(reply, "MS-CHAP2-Success")).toHaveLength(43);
    const unknown = { userName: OTHER_MAC, password: OTHER_MAC, mac: OTHER_MAC };
    const refused = await nas.exchange(box.authPort, nas.mschapv2(unknown));
    expect(errorOf(refused)).toContain("M=unknown-device");
  });

  test("Call-Check by it is answered without a proof of a password that nobody knows", async () => {
    const settings = sampleSettings((each) => {
      each.signIn.greet = "never";
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    box.issueTicketFor();
    const more = [attribute("Service-Type", 10)];
    const asked = { userName: MAC, password: "of the NAS", mac: MAC, more };
    const reply = await nas.exchange(box.authPort, nas.mschapv2(asked));
    expect(reply?.code).toBe(codes.accessAccept);
    expect(reply && hasAttribute(reply, "MS-CHAP2-Success")).toBe(false);
  });
});

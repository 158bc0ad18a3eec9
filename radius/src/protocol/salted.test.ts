import { createSocket } from "node:dgram";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeWithPeer, runRadclient } from "../../test/peers.ts";
import { encodeReply, prepareSecret } from "./authenticator.ts";
import { codes } from "./dictionary.ts";
import { extended } from "./kinds.ts";
import { decodePacket, octetsOf, type Packet, type RawAttribute } from "./packet.ts";
import { hideSalted, revealSalted, SALTED_BYTES_MAX } from "./salted.ts";
import { attribute, findValue } from "./values.ts";

const SECRET = "radius-secret-of-a-test";
const key = prepareSecret(SECRET);
const authenticator = Buffer.alloc(16, 7);
const FREERADIUS = 11344;
/** More than one attribute holds. */
const LONG = "ab".repeat(300);

describe("RFC 2868 §3.5 and RFC 2548 §2.4.2: salted values", () => {
  test("what was hidden is revealed, and lies in whole blocks behind the salt", () => {
    const anyClear = fc.uint8Array({ maxLength: SALTED_BYTES_MAX });
    fc.assert(
      fc.property(anyClear, fc.integer({ min: 0, max: 0xffff }), (clear, salt) => {
        const hidden = hideSalted(clear, salt, { authenticator, secret: key.bytes });
        expect((hidden.length - 2) % 16).toBe(0);
        expect(hidden.readUInt16BE(0)).toBe(salt | 0x8000);
        expect(revealSalted(hidden, { authenticator, secret: key.bytes })).toEqual(
          Buffer.from(clear),
        );
      }),
    );
  });

  test("another salt hides the same value otherwise", () => {
    const clear = Buffer.from("the same");
    const hidden = [1, 2].map((salt) =>
      hideSalted(clear, salt, { authenticator, secret: key.bytes }),
    );
    expect(hidden[0]?.subarray(2)).not.toEqual(hidden[1]?.subarray(2));
  });

  test("a value above 239 octets cannot be hidden", () => {
    const tooLong = Buffer.alloc(SALTED_BYTES_MAX + 1);
    expect(() => hideSalted(tooLong, 1, { authenticator, secret: key.bytes })).toThrow(RangeError);
  });

  test("any octets are revealed or refused, never thrown on", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const clear = revealSalted(octets, { authenticator, secret: key.bytes });
        const fits = octets.length >= 18 && (octets.length - 2) % 16 === 0;
        if (clear) expect(fits && (octets[0] as number) >= 0x80).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("a salt without its top bit is refused", () => {
    const hidden = hideSalted(Buffer.from("value"), 1, { authenticator, secret: key.bytes });
    hidden[0] = (hidden[0] as number) & 0x7f;
    expect(revealSalted(hidden, { authenticator, secret: key.bytes })).toBeNull();
  });

  test("with another secret the value stays hidden", () => {
    const hidden = hideSalted(Buffer.alloc(32, "k"), 1, { authenticator, secret: key.bytes });
    const other = prepareSecret("another-secret");
    expect(revealSalted(hidden, { authenticator, secret: other.bytes })).not.toEqual(
      Buffer.alloc(32, "k"),
    );
  });
});

/** Answers one request with these attributes; resolves with its port and what was asked. */
async function answerOnce(make: (asked: Packet) => RawAttribute[]) {
  const socket = createSocket("udp4");
  const asked: Packet[] = [];
  socket.on("message", (bytes, { port, address }) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    const { packet } = decoded;
    asked.push(packet);
    const reply = { code: codes.accessAccept, attributes: make(packet), isSigned: true };
    socket.send(encodeReply(reply, packet, key), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { portNumber: socket.address().port, asked };
}

describeWithPeer("radclient", "what FreeRADIUS's client reads and writes", () => {
  test("it reveals Tunnel-Password and reads tags, addresses and extended attributes", async () => {
    const { portNumber } = await answerOnce((packet) => [
      attribute("Tunnel-Type", { tag: 1, value: 13 }),
      attribute("Tunnel-Private-Group-Id", { tag: 1, value: "20" }),
      attribute("Tunnel-Password", {
        tag: 1,
        value: hideSalted(Buffer.from("twenty octets of key"), 0x1234, {
          authenticator: packet.authenticator,
          secret: key.bytes,
        }),
      }),
      attribute("Framed-Interface-Id", "a00:20ff:fe99:a998"),
      attribute("Framed-IPv6-Prefix", "2001:db8:1::/48"),
      attribute("Original-Packet-Code", 4),
      { vendor: FREERADIUS, type: extended(245, 2), value: Buffer.from(LONG, "hex") },
    ]);
    const run = await runRadclient({
      ...{ portNumber, command: "auth", secret: SECRET },
      attributes: ['User-Name = "an"'],
    });
    expect(run.answer).toBe("Access-Accept");
    expect(run.attributes.slice(1, 7)).toEqual([
      "Tunnel-Type:1 = VLAN",
      'Tunnel-Private-Group-Id:1 = "20"',
      'Tunnel-Password:1 = "twenty octets of key"',
      "Framed-Interface-Id = a00:20ff:fe99:a998",
      "Framed-IPv6-Prefix = 2001:db8:1::/48",
      "Original-Packet-Code = 4",
    ]);
    expect(run.attributes[7]).toBe(`FreeRADIUS-802.1X-EAPoL-Key-Msg = 0x${LONG}`);
  });

  test("what it sends is read: tags, addresses, extended attributes, a value in pieces", async () => {
    const { portNumber, asked } = await answerOnce(() => []);
    await runRadclient({
      ...{ portNumber, command: "auth", secret: SECRET },
      attributes: [
        "Tunnel-Type:3 = VLAN",
        'Tunnel-Private-Group-Id:3 = "20"',
        "Framed-Interface-Id = a00:20ff:fe99:a998",
        "Delegated-IPv6-Prefix = 2001:db8:1::/48",
        "MIP6-Feature-Vector = 18364758544493064720",
        "Original-Packet-Code = 4",
        `FreeRADIUS-802.1X-EAPoL-Key-Msg = 0x${LONG}`,
      ],
    });
    const packet = asked[0] as Packet;
    expect(findValue(packet, "Tunnel-Type")).toEqual({ tag: 3, value: 13 });
    expect(findValue(packet, "Tunnel-Private-Group-Id")).toEqual({ tag: 3, value: "20" });
    expect(findValue(packet, "Framed-Interface-Id")).toBe("a00:20ff:fe99:a998");
    expect(findValue(packet, "Delegated-IPv6-Prefix")).toBe("2001:db8:1::/48");
    expect(findValue(packet, "MIP6-Feature-Vector")).toBe(18364758544493064720n);
    expect(findValue(packet, "Original-Packet-Code")).toBe(4);
    const span = packet.attributes.find(({ type }) => type === extended(245, 2));
    expect(span && octetsOf(packet, span).toString("hex")).toBe(LONG);
  });
});

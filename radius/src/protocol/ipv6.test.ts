import { expect, test } from "vitest";
import type { AttributeName } from "./dictionary.ts";
import { decodePacket, encodePacket, PACKET_BYTES_MIN } from "./packet.ts";
import { attribute, findValue } from "./values.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const ADDRESS = "20010db8 00000000 00000000 00000001";
const PREFIX = "20010db8 00000000 00000000 00000000";
const text = (value: string) => Buffer.from(value).toString("hex");

test.each<[string, AttributeName, string, string]>([
  ["RFC 3162 §2.1", "NAS-IPv6-Address", `5f12 ${ADDRESS}`, "2001:db8::1"],
  ["RFC 3162 §2.2", "Framed-Interface-Id", "600a 0200 5eff fe00 5301", "200:5eff:fe00:5301"],
  ["RFC 3162 §2.3", "Framed-IPv6-Prefix", `6114 0020 ${PREFIX}`, "2001:db8::/32"],
  ["RFC 3162 §2.4", "Login-IPv6-Host", `6212 ${ADDRESS}`, "2001:db8::1"],
  ["RFC 3162 §2.5", "Framed-IPv6-Route", `6304 ${text("::")}`, "::"],
  ["RFC 3162 §2.6", "Framed-IPv6-Pool", `6406 ${text("pool")}`, "pool"],
  ["RFC 6911 §3.1", "Framed-IPv6-Address", `a812 ${ADDRESS}`, "2001:db8::1"],
  ["RFC 6911 §3.2", "DNS-Server-IPv6-Address", `a912 ${ADDRESS}`, "2001:db8::1"],
  ["RFC 6911 §3.3", "Route-IPv6-Information", `aa14 0020 ${PREFIX}`, "2001:db8::/32"],
  ["RFC 6911 §3.4", "Delegated-IPv6-Prefix-Pool", `ab06 ${text("pool")}`, "pool"],
  ["RFC 6911 §3.5", "Stateful-IPv6-Address-Pool", `ac06 ${text("pool")}`, "pool"],
])("%s: %s is read and written as it lies on the wire", (_, name, octets, value) => {
  const wire = hex(octets);
  const head = { code: 1, identifier: 1, authenticator: Buffer.alloc(16) };
  const packet = encodePacket({ ...head, attributes: [attribute(name, value as never)] });
  expect(packet.subarray(PACKET_BYTES_MIN)).toEqual(wire);
  const decoded = decodePacket(packet);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  expect(findValue(decoded.packet, name)).toBe(value);
});

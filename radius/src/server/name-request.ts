import type { Packet } from "../protocol/packet.ts";
import type { Arrival } from "./door.ts";
import type { RequestName } from "./reply-cache.ts";

/** RFC 5080 §2.2.2. On a connection of its own a NAS may use an identifier once for each code. */
export function nameRequest(
  { port, radsec, address, remotePort }: Arrival,
  { code, identifier }: Packet,
): RequestName {
  if (radsec) return { source: `radsec ${radsec.connection}`, number: (code << 8) | identifier };
  // The ports as characters: to write out their digits takes longer.
  const ports = String.fromCharCode(port === "auth" ? 1 : 2, remotePort);
  return { source: address + ports, number: identifier };
}

/** Names the request for tracing: source, port, id and authenticator. */
export function requestKeyOf({ arrival, packet }: { arrival: Arrival; packet: Packet }): string {
  const { port, radsec, address, remotePort } = arrival;
  const from = radsec ? `radsec ${radsec.connection}` : `${port} ${address} ${remotePort}`;
  return `${from} ${packet.identifier} ${packet.authenticator.toString("hex")}`;
}

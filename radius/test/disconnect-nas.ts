import { createSocket } from "node:dgram";
import { onTestFinished } from "vitest";
import { encodeReply, prepareSecret } from "../src/protocol/authenticator.ts";
import { decodePacket, type Packet, type RawAttribute } from "../src/protocol/packet.ts";
import { SECRET } from "./box.ts";

const key = prepareSecret(SECRET);

export type Answer = (
  request: Packet,
  /** How many packets have come, with this one. */
  sending: number,
) => Buffer | null | Promise<Buffer | null>;

export type DisconnectNas = {
  /** What came, in order. */
  got: Buffer[];
  portNumber: number;
};

/** A NAS that listens for orders, on 127.0.0.1 unless said, and keeps what it got. */
export async function listenForDisconnects(
  answer: Answer,
  { address = "127.0.0.1", portNumber = 0 } = {},
): Promise<DisconnectNas> {
  const got: Buffer[] = [];
  const socket = createSocket("udp4");
  let isClosed = false;
  socket.on("message", async (bytes, remote) => {
    got.push(bytes);
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    const answered = await answer(decoded.packet, got.length);
    if (answered && !isClosed) socket.send(answered, remote.port, remote.address);
  });
  await new Promise<void>((resolve) => socket.bind(portNumber, address, resolve));
  onTestFinished(() => {
    isClosed = true;
    return new Promise<void>((resolve) => socket.close(() => resolve()));
  });
  return { got, portNumber: socket.address().port };
}

/** Its answer; by the secret of the test NAS unless said. */
export const replyTo = (
  request: Packet,
  code: number,
  attributes: RawAttribute[] = [],
  by = key,
): Buffer => encodeReply({ code, attributes, isSigned: false }, request, by);

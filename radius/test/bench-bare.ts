// What a server in this language can reach at most: `echo` sends each datagram back, `codec` reads,
// verifies and answers a PAP log-in without knowing anybody. Says on a line of JSON where it listens.
import { createSocket } from "node:dgram";
import {
  checkMessageAuthenticator,
  encodeReply,
  prepareSecret,
} from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { decodePacket } from "../src/protocol/packet.ts";
import { revealPassword } from "../src/protocol/password.ts";
import { attribute, findValue } from "../src/protocol/values.ts";

const [mode = "echo", secret = ""] = process.argv.slice(2);
const key = prepareSecret(secret);
const attributes = [attribute("Session-Timeout", 3600)];

function answer(bytes: Buffer): Buffer {
  if (mode === "echo") return bytes;
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  const { packet } = decoded;
  if (checkMessageAuthenticator(packet, packet.authenticator, key) !== "right")
    throw new Error("the load signs with another secret");
  const hidden = findValue(packet, "User-Password");
  if (!hidden || !revealPassword(hidden, packet.authenticator, key))
    throw new Error("the load hides no password");
  return encodeReply({ code: codes.accessAccept, attributes, isSigned: true }, packet, key);
}

const socket = createSocket({
  type: "udp4",
  recvBufferSize: 4 * 1024 * 1024,
  lookup: (address, _, done) => done(null, address, 4),
});
socket.on("message", (bytes, { port, address }) => socket.send(answer(bytes), port, address));
socket.bind(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ authPort: socket.address().port })}\n`);
});

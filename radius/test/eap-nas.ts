import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import type { Eap, EapAnswer, EapRequest } from "../src/eap/eap.ts";
import { encodeRequest, prepareSecret } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { decodePacket, type RawAttribute, VALUE_BYTES_MAX } from "../src/protocol/packet.ts";
import { attribute, findValue, listOctets } from "../src/protocol/values.ts";

export type EapNas = Pick<Eap, "receive"> & {
  close: () => void;
  /** The Class that came with the last Access-Accept, as it goes back in accounting. */
  granted: () => RawAttribute[];
  /** What that Access-Accept calls the session by; null: nothing. */
  named: () => string | null;
};

/** Carries EAP packets to a RADIUS server on this machine, one at a time, as an access point does. */
export async function openEapNas(options: {
  portNumber: number;
  secret: string;
  /** As in the peer's Identity. */
  userName: string;
  waitMs?: number;
  /** What it sends of itself besides. */
  more?: readonly RawAttribute[];
}): Promise<EapNas> {
  const { portNumber, secret, userName, waitMs = 5000, more = [] } = options;
  const key = prepareSecret(secret);
  const socket = createSocket("udp4");
  let told: (bytes: Buffer) => void = () => {};
  socket.on("message", (bytes) => told(bytes));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  let identifier = 0;
  let granted: RawAttribute[] = [];
  let named: string | null = null;
  const receive = async ({ eap, state, mac }: EapRequest): Promise<EapAnswer> => {
    const attributes = [attribute("User-Name", userName), ...more];
    for (let at = 0; at < eap.length; at += VALUE_BYTES_MAX)
      attributes.push(attribute("EAP-Message", eap.subarray(at, at + VALUE_BYTES_MAX)));
    if (state) attributes.push(attribute("State", state));
    if (mac) attributes.push(attribute("Calling-Station-Id", mac));
    identifier = (identifier + 1) % 256;
    const request = { code: codes.accessRequest, identifier, attributes, isSigned: true };
    const bytes = encodeRequest({ ...request, authenticator: randomBytes(16) }, key);
    const reply = await new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the server does not answer")), waitMs);
      told = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      socket.send(bytes, portNumber, "127.0.0.1");
    });
    granted = readClasses(reply);
    named = readName(reply);
    return readAnswer(reply);
  };
  return { receive, close: () => socket.close(), granted: () => granted, named: () => named };
}

function readClasses(reply: Buffer): RawAttribute[] {
  const decoded = decodePacket(reply);
  if (decoded.kind === "malformed") return [];
  return listOctets(decoded.packet, "Class").map((octets) => attribute("Class", octets));
}

function readName(reply: Buffer): string | null {
  const decoded = decodePacket(reply);
  return decoded.kind === "malformed" ? null : findValue(decoded.packet, "User-Name");
}

function readAnswer(reply: Buffer): EapAnswer {
  const decoded = decodePacket(reply);
  if (decoded.kind === "malformed") throw new Error(`the answer is malformed: ${decoded.reason}`);
  const { packet } = decoded;
  const eap = Buffer.concat(listOctets(packet, "EAP-Message"));
  const none = Buffer.alloc(0);
  switch (packet.code) {
    case codes.accessChallenge:
      return { kind: "challenge", eap, state: findValue(packet, "State") ?? none };
    case codes.accessAccept:
      return { kind: "proved", userName: "", masterKey: none, success: eap, failure: none };
    default:
      return { kind: "refused", reason: "eap-garbage", failure: eap };
  }
}

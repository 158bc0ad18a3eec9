import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { onTestFinished } from "vitest";
import {
  checkMessageAuthenticator,
  encodeRequest,
  isAuthenticatorRight,
  prepareSecret,
} from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { ntResponse } from "../src/protocol/mschap.ts";
import { decodePacket, type Packet, type RawAttribute } from "../src/protocol/packet.ts";
import { chapDigest, hidePassword } from "../src/protocol/password.ts";
import { attribute } from "../src/protocol/values.ts";
import { SECRET } from "./box.ts";

/** Above 127: it is an octet, not a character. */
export const MSCHAP_IDENT = 0xe9;

/** A test that waits for an answer has a mistake to find, not a bar to hold. */
const ANSWER_MS_MAX = 10_000;

export type Sent = { bytes: Buffer; identifier: number; authenticator: Buffer };

export type TestNas = {
  /** Sends octets as they are and waits for the answer to their identifier; null: silence. */
  exchange: (portNumber: number, bytes: Buffer, waitMs?: number) => Promise<Packet | null>;
  /** An Access-Request by PAP, as bytes to be sent once or several times. */
  pap: (options: AccessOptions) => Buffer;
  chap: (options: AccessOptions) => Buffer;
  mschapv2: (options: AccessOptions) => Buffer;
  accounting: (attributes: RawAttribute[], isSigned?: boolean) => Buffer;
};

export type AccessOptions = {
  userName: string;
  password: string;
  mac?: string | null;
  more?: RawAttribute[];
  isSigned?: boolean;
  identifier?: number;
};

/** An access controller of our own making: one socket, identifiers that count up. */
export async function openTestNas(secret = SECRET, address = "127.0.0.1"): Promise<TestNas> {
  const key = prepareSecret(secret);
  const socket = createSocket("udp4");
  const waiting = new Map<number, (bytes: Buffer) => void>();
  socket.on("message", (bytes) => waiting.get(bytes[1] as number)?.(bytes));
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  let lastIdentifier = 0;
  const access = (options: AccessOptions, prove: (authenticator: Buffer) => RawAttribute[]) => {
    const authenticator = randomBytes(16);
    const { userName, mac, more = [], isSigned = true } = options;
    lastIdentifier = (lastIdentifier + 1) % 256;
    const attributes = [attribute("User-Name", userName), ...prove(authenticator), ...more];
    if (mac) attributes.push(attribute("Calling-Station-Id", mac));
    const identifier = options.identifier ?? lastIdentifier;
    return encodeRequest(
      { code: codes.accessRequest, identifier, authenticator, attributes, isSigned },
      key,
    );
  };
  return {
    exchange: (portNumber, bytes, waitMs = ANSWER_MS_MAX) =>
      new Promise((resolve) => {
        // What has come already is read first, however late a busy machine is with the timer.
        const timer = setTimeout(() => setImmediate(resolve, null), waitMs);
        waiting.set(bytes[1] as number, (reply) => {
          clearTimeout(timer);
          resolve(readReply(reply, bytes, key));
        });
        socket.send(bytes, portNumber, "127.0.0.1");
      }),
    pap: (options) =>
      access(options, (authenticator) => [
        attribute("User-Password", hidePassword(Buffer.from(options.password), authenticator, key)),
      ]),
    chap: (options) =>
      access(options, () => {
        const challenge = randomBytes(16);
        const digest = chapDigest(9, Buffer.from(options.password), challenge);
        return [
          attribute("CHAP-Password", Buffer.concat([Buffer.of(9), digest])),
          attribute("CHAP-Challenge", challenge),
        ];
      }),
    mschapv2: (options) =>
      access(options, () => {
        const userName = Buffer.from(options.userName);
        const [serverChallenge, peerChallenge] = [randomBytes(16), randomBytes(16)];
        const said = { userName, serverChallenge, peerChallenge, ntResponse: Buffer.alloc(0) };
        const response = ntResponse(said, options.password);
        const head = Buffer.of(MSCHAP_IDENT, 0);
        return [
          attribute("MS-CHAP-Challenge", serverChallenge),
          attribute(
            "MS-CHAP2-Response",
            Buffer.concat([head, peerChallenge, Buffer.alloc(8), response]),
          ),
        ];
      }),
    accounting: (attributes, isSigned = false) => {
      lastIdentifier = (lastIdentifier + 1) % 256;
      const code = codes.accountingRequest;
      return encodeRequest(
        { code, identifier: lastIdentifier, authenticator: null, attributes, isSigned },
        key,
      );
    },
  };
}

/** Throws unless the reply's authenticators are right for this request. */
function readReply(reply: Buffer, request: Buffer, key: ReturnType<typeof prepareSecret>): Packet {
  const decoded = decodePacket(reply);
  if (decoded.kind === "malformed") throw new Error(`the reply is malformed: ${decoded.reason}`);
  const authenticator = request.subarray(4, 20);
  if (!isAuthenticatorRight(decoded.packet, authenticator, key))
    throw new Error("the reply's authenticator is wrong");
  if (checkMessageAuthenticator(decoded.packet, authenticator, key) === "wrong")
    throw new Error("the reply's Message-Authenticator is wrong");
  return decoded.packet;
}

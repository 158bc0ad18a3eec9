import { once } from "node:events";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { CoovaNas } from "@foyer/contract";
import { onTestFinished } from "vitest";
import {
  checkMessageAuthenticator,
  isAuthenticatorRight,
  prepareSecret,
} from "../src/protocol/authenticator.ts";
import { decodePacket, type Packet } from "../src/protocol/packet.ts";
import { createFramer } from "../src/server/framing.ts";
import type { RadsecSettings } from "../src/server/ports.ts";
import { coovaOf, sampleSettings, startTestBox, type TestBoxOptions } from "./box.ts";
import { makeRadsecCertificates, type RadsecCertificates } from "./radsec-certificates.ts";

export const NAS_NAME = "ap-1.shop.test";
const key = prepareSecret("radsec");

/** A box that offers RadSec to one NAS, which is known by no address. */
export async function startRadsecBox(
  change: Partial<CoovaNas> = {},
  more: Partial<RadsecSettings> = {},
  options: TestBoxOptions = {},
) {
  const certificates = await makeRadsecCertificates();
  const settings = sampleSettings((each) => {
    Object.assign(coovaOf(each), { radsecName: NAS_NAME, source: "192.0.2.1", ...change });
  });
  const { certificateFile, keyFile, authorityFile } = certificates;
  const radsec = { portNumber: 0, certificateFile, keyFile, authorityFile, ...more };
  const box = await startTestBox({ settings, radsec, ...options });
  if (box.radsecPort === null) throw new Error("RadSec is not offered");
  return { box, certificates, radsecPort: box.radsecPort };
}

export type RadsecNas = {
  socket: TLSSocket;
  /** The answers so far, in order; their authenticators were checked where the request is known. */
  answers: Packet[];
  send: (bytes: Uint8Array) => void;
  /** Sends one packet and waits for the answer to it; null: the connection was closed. */
  exchange: (bytes: Buffer) => Promise<Packet | null>;
  /** Resolves when the server has closed the connection. */
  closed: Promise<void>;
};

/** A real TLS client with a certificate of this name, or with none. */
export async function openRadsecNas(
  radsecPort: number,
  certificates: RadsecCertificates,
  options: ConnectionOptions & { names?: { common: string; dns?: string[] } | null } = {},
): Promise<RadsecNas> {
  const { names = { common: "x", dns: [NAS_NAME] }, ...tls } = options;
  const own = names ? await certificates.issue(names) : null;
  const socket = connect({
    ...{ host: "127.0.0.1", port: radsecPort, servername: "radius.test" },
    ...{
      ca: certificates.authority.certificate,
      ...(own && { cert: own.certificate, key: own.key }),
    },
    ...tls,
  });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  const framer = createFramer();
  const answers: Packet[] = [];
  const waiting = new Map<number, (packet: Packet) => void>();
  socket.on("data", (octets: Buffer) => {
    for (const bytes of framer.push(octets).packets) {
      const decoded = decodePacket(bytes);
      if (decoded.kind === "malformed") throw new Error(decoded.reason);
      answers.push(decoded.packet);
      waiting.get(decoded.packet.identifier)?.(decoded.packet);
    }
  });
  await Promise.race([once(socket, "secureConnect").catch(() => {}), closed]);
  const exchange = (bytes: Buffer) =>
    new Promise<Packet | null>((resolve, reject) => {
      closed.then(() => resolve(null));
      waiting.set(bytes[1] as number, (packet) => {
        const authenticator = bytes.subarray(4, 20);
        const isRight =
          isAuthenticatorRight(packet, authenticator, key) &&
          checkMessageAuthenticator(packet, authenticator, key) !== "wrong";
        if (isRight) resolve(packet);
        else reject(new Error("the answer's authenticator is wrong"));
      });
      socket.write(bytes);
    });
  return { socket, answers, send: (bytes) => socket.write(bytes), exchange, closed };
}

import { Duplex } from "node:stream";
import { connect, createSecureContext, type TLSSocket } from "node:tls";
import type { Eap, EapAnswer } from "../src/eap/eap.ts";
import { createFragments } from "../src/eap/fragments.ts";
import { eapCodes, eapTypes, encodeEap } from "../src/eap/packet.ts";

export type Supplicant = {
  /** The answer to what was sent last. */
  answer: () => EapAnswer;
  /** Sends a response of that type to the last request. */
  respond: (type: number, body: Uint8Array) => Promise<EapAnswer>;
  /** Identity, and the method's start. */
  begin: () => Promise<EapAnswer>;
  /** Opens the tunnel. */
  shakeHands: () => Promise<EapAnswer>;
  /** The first flight of TLS alone. */
  sendHello: () => Promise<EapAnswer>;
  /** Says this inside the open tunnel. */
  say: (plain: Uint8Array) => Promise<EapAnswer>;
  /** What the server said inside the tunnel since it was asked last. */
  heard: () => Buffer;
  tls: () => TLSSocket;
};

export type SupplicantOptions = {
  nasId?: string;
  mac?: string | null;
  mtu?: number | null;
  version?: "TLSv1.2" | "TLSv1.3";
  session?: Buffer;
  method?: "ttls" | "peap";
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
/** So many turns are waited for what TLS may say: with hundreds at once, two are not always enough. */
const TURNS_MAX = 50;

/** Costly to make, and the same for all; today's phones offer these curves and no more. */
const secureContexts = {
  "TLSv1.2": createSecureContext({ maxVersion: "TLSv1.2", ecdhCurve: "X25519:P-256" }),
  "TLSv1.3": createSecureContext({ minVersion: "TLSv1.3", ecdhCurve: "X25519:P-256" }),
};

/** A peer of our own making, which does what a well-behaved one never would. */
export function createSupplicant(
  eap: Pick<Eap, "receive">,
  options: SupplicantOptions = {},
): Supplicant {
  const { nasId = "nas-1", mac = "AC-00-5E-00-53-01", mtu = null, version = "TLSv1.3" } = options;
  const type = eapTypes[options.method ?? "ttls"];
  let answer: EapAnswer | null = null;
  let output: Buffer[] = [];
  let plain: Buffer[] = [];
  const incoming = createFragments();
  const wire = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => {
      output.push(chunk);
      done();
    },
  });
  let socket: TLSSocket | null = null;
  let isOpen = false;
  const tls = () => {
    socket ??= openClient(wire, options);
    return socket;
  };
  const openClient = (socketOf: Duplex, { session }: SupplicantOptions) => {
    const opened = connect({
      ...{ socket: socketOf, secureContext: secureContexts[version], rejectUnauthorized: false },
      ...(session && { session }),
    });
    opened.on("data", (chunk: Buffer) => plain.push(chunk));
    opened.on("error", () => {});
    opened.on("secureConnect", () => {
      isOpen = true;
    });
    return opened;
  };
  const send = async (bytes: Buffer): Promise<EapAnswer> => {
    const state = answer?.kind === "challenge" ? answer.state : null;
    answer = await eap.receive({ nasId, mac, mtu, state, eap: bytes });
    return answer;
  };
  const respond = (ofType: number, body: Uint8Array) => {
    const identifier = answer?.kind === "challenge" ? (answer.eap[1] as number) : 7;
    const packet = {
      ...{ code: eapCodes.response, identifier, type: ofType },
      body: Buffer.from(body),
    };
    return send(encodeEap(packet));
  };
  /** TLS takes its turns between those of others, and may have nothing to say. */
  const untilSaid = async () => {
    for (let turns = 0; turns < TURNS_MAX && (turns < 2 || output.length === 0); turns++)
      await turn();
  };
  /** Sends what TLS has to say, fetches the whole of what the server answers, and feeds it to TLS. */
  const carry = async (): Promise<EapAnswer> => {
    await untilSaid();
    const message = Buffer.concat([Buffer.of(0), ...output]);
    output = [];
    let said = await respond(type, message);
    while (said.kind === "challenge") {
      const received = incoming.receive(said.eap.subarray(5));
      if (received.kind === "malformed") throw new Error("the server's fragment is malformed");
      if (received.kind === "whole") {
        if (received.message.length > 0) wire.push(received.message);
        break;
      }
      said = await respond(type, Buffer.of(0));
    }
    await untilSaid();
    return said;
  };
  return {
    answer: () => {
      if (!answer) throw new Error("nothing was sent yet");
      return answer;
    },
    respond,
    begin: async () => {
      const offered = await respond(eapTypes.identity, Buffer.from("member"));
      const isWished = offered.kind !== "challenge" || offered.eap[4] === type;
      return isWished ? offered : respond(eapTypes.nak, Buffer.of(type));
    },
    sendHello: () => {
      tls();
      return carry();
    },
    shakeHands: async () => {
      tls();
      for (let round = 0; round < 4; round++) {
        const said = await carry();
        if (said.kind !== "challenge" || (isOpen && output.length === 0)) return said;
      }
      throw new Error("no handshake in four rounds");
    },
    say: async (octets) => {
      tls().write(octets);
      return carry();
    },
    heard: () => {
      const heard = Buffer.concat(plain);
      plain = [];
      return heard;
    },
    tls,
  };
}

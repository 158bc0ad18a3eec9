import { constants } from "node:crypto";
import { Duplex } from "node:stream";
import { createSecureContext, DEFAULT_CIPHERS, type SecureContext, TLSSocket } from "node:tls";

/** What the TLS server made of the octets it was fed. */
export type TlsStep = {
  /** Octets for the peer: the handshake's, or an alert. */
  output: Buffer;
  /** What the peer said inside the tunnel. */
  plain: Buffer;
  /** The handshake is done. */
  isOpen: boolean;
  hasFailed: boolean;
};

export type TlsTunnel = {
  feed: (octets: Buffer) => Promise<TlsStep>;
  /** Hides octets for the peer; the handshake must be done. */
  hide: (plain: Buffer) => Promise<Buffer>;
  isTls13: () => boolean;
  /** RFC 5705; `context` is left out of TLS 1.2's (RFC 5281 §8). */
  exportKey: (length: number, label: string, context?: Buffer) => Buffer;
  close: () => void;
};

/** Node's own, with the lighter cipher of TLS 1.3 first: a handshake takes about a tenth less. */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  ...DEFAULT_CIPHERS.split(":").filter((name) => name !== "TLS_AES_128_GCM_SHA256"),
].join(":");

/**
 * The server's side of TLS 1.2 and 1.3. Sessions are never resumed: a resumed one would let in who
 * once knew a password that has since been revoked (RFC 5281 §7.5, RFC 9190 §5.7).
 */
export function prepareTls(cert: string, key: string): SecureContext {
  return createSecureContext({
    cert,
    key,
    minVersion: "TLSv1.2",
    ciphers: CIPHERS,
    secureOptions:
      constants.SSL_OP_NO_TICKET |
      constants.SSL_OP_NO_RENEGOTIATION |
      constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
  });
}

/** A TLS server without a socket: what it is fed and what it says goes through memory. */
export function openTlsTunnel(secureContext: SecureContext): TlsTunnel {
  let output: Buffer[] = [];
  let plain: Buffer[] = [];
  let isOpen = false;
  let hasFailed = false;
  const wire = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => {
      output.push(chunk);
      done();
    },
  });
  const socket = new TLSSocket(wire, { isServer: true, secureContext });
  socket.on("data", (chunk: Buffer) => plain.push(chunk));
  socket.on("secure", () => {
    isOpen = true;
  });
  const fail = () => {
    hasFailed = true;
  };
  socket.on("error", fail);
  socket.on("close", fail);
  // RFC 5246 §7.2.1: the peer said that it will say no more.
  socket.on("end", fail);
  wire.on("error", fail);
  const takeOutput = () => {
    const taken = Buffer.concat(output);
    output = [];
    return taken;
  };
  return {
    feed: async (octets) => {
      if (octets.length > 0 && !hasFailed) wire.push(octets);
      await turn();
      const said = Buffer.concat(plain);
      plain = [];
      return { output: takeOutput(), plain: said, isOpen, hasFailed };
    },
    hide: async (octets) => {
      socket.write(octets);
      await turn();
      return takeOutput();
    },
    isTls13: () => socket.getProtocol() === "TLSv1.3",
    exportKey: (length, label, context) =>
      context
        ? socket.exportKeyingMaterial(length, label, context)
        : (socket.exportKeyingMaterial as ExportWithoutContext).call(socket, length, label),
    close: () => {
      socket.destroy();
      wire.destroy();
    },
  };
}

/** Node takes no context too, which its types do not say. */
type ExportWithoutContext = (this: TLSSocket, length: number, label: string) => Buffer;

/** Nothing is waited for but node's own queue: after a turn of the event loop TLS has said all. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

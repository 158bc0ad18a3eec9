import { createConnection, type NetConnectOpts, type Socket } from "node:net";

/** Where clamd listens. */
export type ScannerAddress = { path: string } | { host: string; port: number };

export type Scan =
  | { kind: "clean" }
  /** `name`: what the scanner calls it. */
  | { kind: "found"; name: string }
  /** The scanner does not answer, or not as it should. */
  | { kind: "away"; reason: string };

export type ScanFile = (bytes: Buffer) => Promise<Scan>;

const MILLISECONDS_MAX = 30_000;
const CHUNK_BYTES = 256 * 1024;
const REPLY_BYTES_MAX = 4096;

/** `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`; null: it is neither. */
export function readScannerAddress(text: string): ScannerAddress | null {
  const path = /^unix:(\/.+)$/.exec(text)?.[1];
  if (path) return { path };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "tcp:" || url.port === "" || url.hostname === "") return null;
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) };
}

/** Asks clamd by its command INSTREAM (clamd(8)): chunks, each behind its length, and an empty one. */
export function openScanner(address: ScannerAddress): ScanFile {
  return (bytes) =>
    new Promise((resolve) => {
      const socket = createConnection(address as NetConnectOpts);
      let reply = "";
      const finish = (scan: Scan) => {
        clearTimeout(late);
        socket.destroy();
        resolve(scan);
      };
      const away = (reason: string) => finish({ kind: "away", reason });
      const late = setTimeout(() => away("no answer in time"), MILLISECONDS_MAX);
      socket.on("connect", () => send(socket, bytes));
      socket.on("data", (chunk) => {
        reply += chunk.toString("utf8");
        if (reply.includes("\0") || reply.length > REPLY_BYTES_MAX) finish(readReply(reply));
      });
      socket.on("end", () => finish(readReply(reply)));
      socket.on("error", (error) => away(error.message));
    });
}

function send(socket: Socket, bytes: Buffer): void {
  socket.write("zINSTREAM\0");
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    socket.write(lengthOf(chunk.length));
    socket.write(chunk);
  }
  socket.write(lengthOf(0));
}

function lengthOf(count: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(count);
  return length;
}

/** `stream: OK`, `stream: Eicar-Signature FOUND`, or an error in words. */
function readReply(reply: string): Scan {
  const text = (reply.split("\0")[0] ?? "").trim();
  if (/^stream: OK$/.test(text)) return { kind: "clean" };
  const name = /^stream: (.+) FOUND$/.exec(text)?.[1];
  return name ? { kind: "found", name } : { kind: "away", reason: text || "no answer" };
}

import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";

export type ReceivedFile =
  | { kind: "file"; bytes: Buffer }
  /** The form has no file, or an empty one: none was chosen. */
  | { kind: "nothing" }
  | { kind: "too-large" }
  | { kind: "more-than-one" }
  /** It is no form, broke off, or took too long. */
  | { kind: "broken" };

/** A phone at the edge of the network sends a photograph within it. */
const SECONDS_MAX = 120;
/** What stands around the file in a form. */
const FRAME_BYTES_MAX = 64 * 1024;
/**
 * So much of what is too large is read and thrown away: a browser shows an answer only once it has sent
 * its form.
 */
const UNWANTED_BYTES_MAX = 64 * 1024 * 1024;

type Form = { body: Readable; headers: IncomingHttpHeaders; bytesMax: number };

/**
 * The one file of a multipart form (RFC 7578), as it comes in: no more than `bytesMax` of it is ever
 * held, and neither its name nor the type that it claims is looked at.
 */
export async function receiveFile({ body, headers, bytesMax }: Form): Promise<ReceivedFile> {
  const { "content-type": type = "", "content-length": length = "0" } = headers;
  if (Number(length) > UNWANTED_BYTES_MAX) return end(body, { kind: "too-large" });
  const busboy = openForm(type, bytesMax);
  if (!busboy) return end(body, { kind: "broken" });
  return new Promise((resolve) => {
    const finish = (received: ReceivedFile) => {
      clearTimeout(late);
      body.off("data", count);
      body.unpipe(busboy);
      resolve(received.kind === "broken" ? end(body, received) : received);
    };
    const late = setTimeout(() => finish({ kind: "broken" }), SECONDS_MAX * 1000);
    let read = 0;
    const count = (chunk: Buffer) => {
      read += chunk.length;
      if (read > bytesMax + FRAME_BYTES_MAX + UNWANTED_BYTES_MAX)
        finish(end(body, { kind: "too-large" }));
    };
    const found = { chunks: [] as Buffer[], isTooLarge: false, files: 0 };
    busboy.on("file", (_field, file: BusboyFileStream) => {
      found.files += 1;
      file.on("limit", () => {
        found.isTooLarge = true;
        found.chunks = [];
      });
      file.on("data", (chunk: Buffer) => {
        if (!found.isTooLarge) found.chunks.push(chunk);
      });
      // A form that ends within its file tells the file of it, which would end the process unheard.
      file.on("error", () => finish({ kind: "broken" }));
    });
    busboy.on("filesLimit", () => {
      found.files += 1;
    });
    busboy.on("finish", () => finish(judge(found)));
    busboy.on("error", () => finish({ kind: "broken" }));
    body.on("error", () => finish({ kind: "broken" }));
    // A body that was read to its end is closed as well, and its form may still be at work.
    body.on("close", () => body.readableEnded || finish({ kind: "broken" }));
    body.on("data", count);
    body.pipe(busboy);
  });
}

function judge(found: { chunks: Buffer[]; isTooLarge: boolean; files: number }): ReceivedFile {
  if (found.files > 1) return { kind: "more-than-one" };
  if (found.isTooLarge) return { kind: "too-large" };
  const bytes = Buffer.concat(found.chunks);
  return bytes.length === 0 ? { kind: "nothing" } : { kind: "file", bytes };
}

/** Null: the type names no form. */
function openForm(type: string, bytesMax: number): BusboyInstance | null {
  try {
    return new Busboy({
      headers: { "content-type": type },
      limits: {
        ...{ files: 1, fileSize: bytesMax, fields: 4, fieldSize: 1024, parts: 8 },
        ...{ headerPairs: 20, headerSize: 8 * 1024 },
      },
    });
  } catch {
    // Another type, or a form without a boundary.
    return null;
  }
}

/** Nothing more is read of it. */
function end(body: Readable, received: ReceivedFile): ReceivedFile {
  body.pause();
  return received;
}

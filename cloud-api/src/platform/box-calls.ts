import { createHash, type KeyObject } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import {
  CALLS_THROUGH_HEADER,
  isSignedBy,
  KEY_IS_OLD_HEADER,
  readCallLabel,
  readPublicKey,
  type SignedCall,
} from "@foyer/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context, Routes } from "../feature.ts";
import { refuse } from "./errors.ts";
import type { BoxKey } from "./session.ts";

/** A box is told to make itself a new key when its own is older. */
export const KEY_DAYS = 90;
const KEY_MILLISECONDS = KEY_DAYS * 24 * 60 * 60 * 1000;
const NO_BOX = "No box has this key. Enrol the box again in the staff app.";

/**
 * The box that calls: its key has signed this very call, and the call did not come before. Throws the
 * refusal; one for a number that was taken says in a header where the box may go on.
 */
export async function findCallingBox(
  request: FastifyRequest,
  reply: FastifyReply,
  { database, hooks }: Context,
): Promise<BoxKey> {
  const call = describeCall(request);
  const label = readCallLabel(call, readHeader(request, "signature-input") ?? "");
  const signature = readHeader(request, "signature") ?? "";
  if (!label || !hooks.findBoxKey) throw refuse("unauthorized", NO_BOX);
  const keyId = Buffer.from(label.keyId, "base64url");
  return await database.inDirectory(async (tx) => {
    const key = (await hooks.findBoxKey?.(tx, keyId)) ?? null;
    const publicKey = key && readKey(key.publicKey);
    if (!key || !publicKey || !isSignedBy(call, { ...label, publicKey, signature }))
      throw refuse("unauthorized", NO_BOX);
    const taken = await hooks.takeBoxCall?.(tx, { keyId, number: label.number });
    if (!taken) throw refuse("unauthorized", NO_BOX);
    if (!taken.taken) {
      reply.header(CALLS_THROUGH_HEADER, String(taken.highest));
      throw refuse(
        "unauthorized",
        `Call ${label.number} of this key was taken already, or is far above the highest.`,
      );
    }
    if (tx.now.getTime() - key.addedAt.getTime() > KEY_MILLISECONDS)
      reply.header(KEY_IS_OLD_HEADER, "1");
    return key;
  });
}

/** What a signature has to cover of a request: a call with content says what the content is. */
function describeCall(request: FastifyRequest): SignedCall {
  const isFull = hasContent(request);
  return {
    method: request.method,
    target: request.raw.url ?? "",
    contentDigest: isFull ? (readHeader(request, "content-digest") ?? "") : null,
    contentEncoding: isFull ? readHeader(request, "content-encoding") : null,
  };
}

function hasContent({ method }: FastifyRequest): boolean {
  return method !== "GET" && method !== "HEAD";
}

function readHeader(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}

function readKey(publicKey: Buffer): KeyObject | null {
  return readPublicKey(publicKey.toString("base64url"));
}

type Payload = Readable & { receivedEncodedLength?: number };

/** Holds the content of boxes' calls against the digest that was signed, while it is read. */
export function registerContentCheck(app: Routes): void {
  app.addHook("preParsing", async (request, _reply, payload) => {
    if (request.routeOptions.config.access !== "box" || !hasContent(request)) return payload;
    return checkContent(payload, readHeader(request, "content-digest") ?? "");
  });
}

function checkContent(payload: Payload, expected: string): Payload {
  const hash = createHash("sha256");
  const checked: Transform & Payload = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      checked.receivedEncodedLength = (checked.receivedEncodedLength ?? 0) + chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const isSame = `sha-256=:${hash.digest("base64")}:` === expected;
      done(isSame ? null : refuse("unauthorized", "The content is not the one that was signed."));
    },
  });
  checked.receivedEncodedLength = 0;
  // A request that is refused by its header fields is never read, and its fault nobody's to hear.
  checked.on("error", () => {});
  payload.on("error", (error) => checked.destroy(error));
  payload.pipe(checked);
  return checked;
}

import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import {
  CALLS_THROUGH_HEADER,
  isSignedBy,
  KEY_IS_OLD_HEADER,
  nameKey,
  readCallLabel,
  type SignedCall,
} from "@foyer/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context, Routes } from "../feature.ts";
import { refuse } from "./errors.ts";
import { openKeyShelf } from "./key-shelf.ts";
import { readNetwork } from "./network.ts";
import { openRateGate, type Rate } from "./rate-gate.ts";
import type { BoxKey } from "./session.ts";

/** A box is told to make itself a new key when its own is older. */
export const KEY_DAYS = 90;
const KEY_MILLISECONDS = KEY_DAYS * 24 * 60 * 60 * 1000;
const NO_BOX = "No box has this key. Enrol the box again in the staff app.";

/** Whoever sends content for longer is asked for their key again: it may have been taken away meanwhile. */
const CONTENT_MILLISECONDS = 2000;

/** Of one key: more than a box calls, whatever it has to catch up on. */
const CALLS: Rate = { perSecond: 60, burst: 600 };
/** Of one address, calls that no key of a box has signed. */
const STRANGERS: Rate = { perSecond: 5, burst: 300 };
/** Of one address under the name of one key: each costs the check of a signature. */
const FORGERIES: Rate = { perSecond: 5, burst: 60 };

type FindCallingBox = (request: FastifyRequest, reply: FastifyReply) => Promise<BoxKey>;

/**
 * Finds the box that calls: its key has signed this very call, and the call did not come before. Throws
 * the refusal; one for a number that was taken says in a header where the box may go on.
 *
 * What a box has proved is counted by its key alone, for a fleet may share an address with each other
 * and with strangers. What nobody proved is counted by address, and a signature is checked under a key
 * that exists and that this address has not failed under again and again: the name of a key is in no
 * place that a stranger reads, so whoever uses one up is next to the box itself, and shuts out that one.
 */
export function openBoxDoor({ clock, database, hooks }: Context): FindCallingBox {
  const { findBoxKeys, takeBoxCall } = hooks;
  const calls = openRateGate(CALLS, clock);
  const strangers = openRateGate(STRANGERS, clock);
  const forgeries = openRateGate(FORGERIES, clock);
  const keys = openKeyShelf(async (ids) => (await findBoxKeys?.(database, ids)) ?? []);

  /** The refusal of a call that nobody proved: for patience where its address sends many. */
  const refuseStranger = (address: string) => {
    const waitSeconds = strangers.draw(address);
    return waitSeconds > 0 ? askForPatience(waitSeconds) : refuse("unauthorized", NO_BOX);
  };
  return async (request, reply) => {
    const address = readNetwork(request.ip);
    const call = describeCall(request);
    const label = readCallLabel(call, readHeader(request, "signature-input") ?? "");
    if (!label) throw refuseStranger(address);
    const { keyId, number } = label;
    const claim = `${address} ${keyId}`;
    const wait = Math.max(forgeries.waitSeconds(claim), calls.waitSeconds(keyId));
    if (wait > 0) throw askForPatience(wait);
    const publicKey = await keys.find(keyId);
    if (!publicKey) throw refuseStranger(address);
    const signature = readHeader(request, "signature") ?? "";
    if (!isSignedBy(call, { ...label, publicKey, signature })) {
      forgeries.draw(claim);
      throw refuseStranger(address);
    }
    const key = await takeBoxCall?.(database, { keyId: Buffer.from(keyId, "base64url"), number });
    if (!key) {
      keys.forget(keyId);
      throw refuseStranger(address);
    }
    if (!key.taken) {
      // A call that somebody recorded is not the box's: it does not use up what the box may call.
      forgeries.draw(claim);
      reply.header(CALLS_THROUGH_HEADER, String(key.highest));
      throw refuse(
        "unauthorized",
        `Call ${number} of this key was taken already, or is far above the highest.`,
      );
    }
    calls.draw(keyId);
    if (clock().getTime() - key.addedAt.getTime() > KEY_MILLISECONDS)
      reply.header(KEY_IS_OLD_HEADER, "1");
    return key;
  };
}

function askForPatience(waitSeconds: number) {
  return refuse("busy", "More calls come from here than one box may make. Wait, then go on.", {
    retryAfterSeconds: Math.ceil(waitSeconds),
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

type Payload = Readable & { receivedEncodedLength?: number };

/**
 * Holds the content of boxes' calls against the digest that was signed, while it is read. What is packed
 * may end before its content does (RFC 1952 §2.2: octets behind the last member), so nothing is done with
 * it before the content itself has ended and was found to be the one.
 */
export function registerContentCheck(app: Routes, context: Context): void {
  const { clock } = context;
  /** When the content began to come; once it is proved, and not before. */
  const proved = new WeakMap<FastifyRequest, Date>();
  const isToBeProved = (request: FastifyRequest) =>
    request.routeOptions.config.access === "box" && hasContent(request);
  app.addHook("preParsing", async (request, _reply, payload) => {
    if (!isToBeProved(request)) return payload;
    const expected = readHeader(request, "content-digest") ?? "";
    const begunAt = clock();
    return checkContent(payload, expected, () => proved.set(request, begunAt));
  });
  app.addHook("preValidation", async (request) => {
    if (!isToBeProved(request)) return;
    const begunAt = proved.get(request);
    if (!begunAt) throw refuse("unauthorized", NOT_SIGNED);
    const isSlow = clock().getTime() - begunAt.getTime() > CONTENT_MILLISECONDS;
    if (isSlow && !(await hasKeyStill(context, request))) throw refuse("unauthorized", NO_BOX);
  });
}

/** Whether the key that signed a call is its box's still: nobody has taken the box away meanwhile. */
export async function hasKeyStill(
  { database, hooks }: Pick<Context, "database" | "hooks">,
  { box }: Pick<FastifyRequest, "box">,
): Promise<boolean> {
  if (!box) return false;
  const keyId = Buffer.from(nameKey(box.publicKey), "base64url");
  const [key] = (await hooks.findBoxKeys?.(database, [keyId])) ?? [];
  return key?.boxId === box.boxId;
}

const NOT_SIGNED = "The content is not the one that was signed.";

function checkContent(payload: Payload, expected: string, onProved: () => void): Payload {
  const hash = createHash("sha256");
  const checked: Transform & Payload = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      checked.receivedEncodedLength = (checked.receivedEncodedLength ?? 0) + chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const isSame = `sha-256=:${hash.digest("base64")}:` === expected;
      if (isSame) onProved();
      done(isSame ? null : refuse("unauthorized", NOT_SIGNED));
    },
  });
  checked.receivedEncodedLength = 0;
  // A request that is refused by its header fields is never read, and its fault nobody's to hear.
  checked.on("error", () => {});
  payload.on("error", (error) => checked.destroy(error));
  payload.pipe(checked);
  return checked;
}

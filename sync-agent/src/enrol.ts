import { existsSync, mkdirSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { join } from "node:path";
import type { BoxEnrolment } from "@foyer/branch-store";
import { ENROL_PATH, EnrolReply, proveKey, readEnrolmentCode } from "@foyer/contract";
import { Compile } from "typebox/compile";
import { request } from "undici";
import {
  type BoxKey,
  hasKey,
  hasNextKey,
  keepNextKey,
  promoteNextKey,
  readBoxKey,
  writeDurably,
} from "./box-key.ts";

const ANSWER_MILLISECONDS = 30_000;
const compiledReply = Compile(EnrolReply);

export type Enrolled =
  | { kind: "enrolled"; identity: BoxEnrolment }
  /** In words for whoever stands before the box. */
  | { kind: "refused"; reason: string };

export type EnrolOptions = {
  /** The cloud's origin, such as https://cloud.example. */
  cloudUrl: string;
  /** From the staff app, however it was typed. */
  code: string;
};

/**
 * Makes a state folder that of the box a code was made for: its key is made here, and only the public
 * half travels. Where an answer was lost the same call gets it again.
 */
export async function enrolFolder(folder: string, options: EnrolOptions): Promise<Enrolled> {
  try {
    return await enrolInto(folder, options);
  } catch (error) {
    const reason = describeDiskFault(folder, error);
    if (reason === null) throw error;
    return { kind: "refused", reason };
  }
}

/** What is wrong with the folder, and what now; null: it is a bug of ours. */
export function describeDiskFault(folder: string, error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  // node:fs has such a code for whatever the disk refuses: errno(3).
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code)) return null;
  if (code === "ENOSPC" || code === "EDQUOT")
    return `The disk that holds ${folder} is full. Make room and enter the same code again: it stays this box's.`;
  if (code === "EROFS")
    return `The disk that holds ${folder} is read-only. Mend it and enter the same code again.`;
  if (code === "EACCES" || code === "EPERM")
    return `${folder} may not be written by this user. Run this as the user that Foyer runs as.`;
  return `${folder} cannot be written (${code}). Set FOYER_STATE_FOLDER to a folder that can.`;
}

async function enrolInto(folder: string, options: EnrolOptions): Promise<Enrolled> {
  // An enrolment that was cut short has its next key and no key yet. A box that runs may have both, while
  // it waits for the cloud to hear of its next.
  const isBegun = hasNextKey(folder) && !hasKey(folder);
  if (existsSync(join(folder, "box.json")) && !isBegun)
    return {
      kind: "refused",
      reason: `${folder} is a box's already. Move it away to enrol another one here.`,
    };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = keepNextKey(folder);
  const key = readBoxKey(text);
  if (!key) throw new Error(`${folder} gave back another key than was written.`);
  const answer = await askForIdentity(options, key);
  if (answer.kind === "refused") return answer;
  writeDurably(join(folder, "box.json"), `${JSON.stringify(answer.identity, null, 2)}\n`);
  promoteNextKey(folder, text);
  return answer;
}

/** Asks the cloud which box a code stands for, and gives it the box's public key. */
export async function askForIdentity(options: EnrolOptions, key: BoxKey): Promise<Enrolled> {
  const cloudUrl = options.cloudUrl.replace(/\/+$/, "");
  const fault = findUrlFault(cloudUrl);
  if (fault) return { kind: "refused", reason: fault };
  const code = readEnrolmentCode(options.code);
  if (code === null)
    return { kind: "refused", reason: "A code has 16 letters and digits, in groups of four." };
  const proof = proveKey({ kind: "enrol", code }, key.privateKey);
  try {
    const answer = await request(`${cloudUrl}${ENROL_PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, publicKey: key.publicKey, proof }),
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    return readAnswer(cloudUrl, answer.statusCode, await answer.body.text());
  } catch (cause) {
    return { kind: "refused", reason: `${cloudUrl} does not answer: ${describe(cause)}.` };
  }
}

function readAnswer(cloudUrl: string, status: number, text: string): Enrolled {
  const body = parse(text);
  if (status === 200 && compiledReply.Check(body)) {
    const fault = findNameFault(body.cloudUrl, cloudUrl);
    if (fault === null) return { kind: "enrolled", identity: body };
    // The code stays this key's: it is asked with again once the cloud names itself rightly.
    return {
      kind: "refused",
      reason: `The cloud says that it is at "${body.cloudUrl}" (its FOYER_CLOUD_ORIGIN): ${fault}`,
    };
  }
  const message = (body as { message?: unknown } | null)?.message;
  if (status >= 400 && typeof message === "string") return { kind: "refused", reason: message };
  // A branch's uplink may itself be behind a captive portal.
  return {
    kind: "refused",
    reason: `What answers at ${cloudUrl} is not a Foyer cloud (it said ${status}).`,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const ownNetwork = new BlockList();
ownNetwork.addSubnet("127.0.0.0", 8, "ipv4");
ownNetwork.addSubnet("10.0.0.0", 8, "ipv4");
ownNetwork.addSubnet("172.16.0.0", 12, "ipv4");
ownNetwork.addSubnet("192.168.0.0", 16, "ipv4");
ownNetwork.addAddress("::1", "ipv6");
ownNetwork.addSubnet("fc00::", 7, "ipv6");

/** Why a box that reached the cloud at one address could not go by the name it gives itself. */
export function findNameFault(named: string, reachedAt: string): string | null {
  const fault = findUrlFault(named);
  if (fault !== null || !isThisMachine(named) || isThisMachine(reachedAt)) return fault;
  return "for this box that is the box itself.";
}

function isThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** A code that crosses the internet in clear is anybody's. */
function findUrlFault(cloudUrl: string): string | null {
  if (!URL.canParse(cloudUrl)) return `"${cloudUrl}" is not the address of a cloud.`;
  const { protocol, hostname } = new URL(cloudUrl);
  if (protocol === "https:") return null;
  if (protocol !== "http:") return `"${cloudUrl}" does not begin with https://.`;
  const host = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(host);
  const isOwn =
    host === "localhost" ||
    (version > 0 && ownNetwork.check(host, version === 6 ? "ipv6" : "ipv4"));
  return isOwn ? null : "A cloud on another network has to be reached by https://.";
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return "the call broke off";
  if (cause.name === "TimeoutError") return "no answer in time";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}

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
import { type Say, type SetupLanguage, sayIn } from "./setup/words.ts";

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
  /** In which what is wrong is said; absent: English. */
  language?: SetupLanguage;
  /** Absent: the machine's. */
  clock?: () => Date;
};

/**
 * Makes a state folder that of the box a code was made for: its key is made here, and only the public
 * half travels. Where an answer was lost the same call gets it again.
 */
export async function enrolFolder(folder: string, options: EnrolOptions): Promise<Enrolled> {
  try {
    return await enrolInto(folder, options);
  } catch (error) {
    const reason = describeDiskFault(folder, error, sayFor(options));
    if (reason === null) throw error;
    return { kind: "refused", reason };
  }
}

/** What is wrong with the folder, and what now; null: it is a bug of ours. */
export function describeDiskFault(
  folder: string,
  error: unknown,
  say: Say = sayIn("en"),
): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  // node:fs has such a code for whatever the disk refuses: errno(3).
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code)) return null;
  if (code === "ENOSPC" || code === "EDQUOT") return say("enrol-full", { folder });
  if (code === "EROFS") return say("enrol-read-only", { folder });
  if (code === "EACCES" || code === "EPERM") return say("enrol-not-allowed", { folder });
  return say("enrol-not-written", { folder, code });
}

async function enrolInto(folder: string, options: EnrolOptions): Promise<Enrolled> {
  // An enrolment that was cut short has its next key and no key yet. A box that runs may have both, while
  // it waits for the cloud to hear of its next.
  const isBegun = hasNextKey(folder) && !hasKey(folder);
  if (existsSync(join(folder, "box.json")) && !isBegun)
    return { kind: "refused", reason: sayFor(options)("enrol-taken", { folder }) };
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
  const say = sayFor(options);
  const fault = findUrlFault(cloudUrl, say);
  if (fault) return { kind: "refused", reason: fault };
  const code = readEnrolmentCode(options.code);
  if (code === null) return { kind: "refused", reason: say("enrol-no-code") };
  const proof = proveKey({ kind: "enrol", code }, key.privateKey);
  try {
    const answer = await request(`${cloudUrl}${ENROL_PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, publicKey: key.publicKey, proof }),
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    const said = { status: answer.statusCode, text: await answer.body.text() };
    return readAnswer(cloudUrl, said, say);
  } catch (cause) {
    return { kind: "refused", reason: describeSilence(cause, { ...options, cloudUrl }) };
  }
}

const sayFor = ({ language = "en" }: Pick<EnrolOptions, "language">): Say => sayIn(language);

function readAnswer(
  cloudUrl: string,
  { status, text }: { status: number; text: string },
  say: Say,
): Enrolled {
  const body = parse(text);
  if (status === 200 && compiledReply.Check(body)) {
    const fault = findNameFault(body.cloudUrl, cloudUrl, say);
    if (fault === null) return { kind: "enrolled", identity: body };
    // The code stays this key's: it is asked with again once the cloud names itself rightly.
    const reason = say("enrol-misnamed", { named: body.cloudUrl, fault });
    return { kind: "refused", reason };
  }
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  if (status === 404 && code === "not-found")
    return { kind: "refused", reason: say("enrol-unknown-code") };
  if (code === "busy") return { kind: "refused", reason: say("enrol-busy") };
  if (status >= 400 && typeof message === "string") return { kind: "refused", reason: message };
  // A branch's uplink may itself be behind a captive portal.
  const reason = say("enrol-no-cloud", { cloudUrl, status: String(status) });
  return { kind: "refused", reason };
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
export function findNameFault(
  named: string,
  reachedAt: string,
  say: Say = sayIn("en"),
): string | null {
  const fault = findUrlFault(named, say);
  if (fault !== null || !isThisMachine(named) || isThisMachine(reachedAt)) return fault;
  return say("enrol-itself");
}

function isThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** A code that crosses the internet in clear is anybody's. */
function findUrlFault(cloudUrl: string, say: Say): string | null {
  if (!URL.canParse(cloudUrl)) return say("enrol-no-address", { cloudUrl });
  const { protocol, hostname } = new URL(cloudUrl);
  if (protocol === "https:") return null;
  if (protocol !== "http:") return say("enrol-no-https", { cloudUrl });
  const host = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(host);
  const isOwn =
    host === "localhost" ||
    (version > 0 && ownNetwork.check(host, version === 6 ? "ipv6" : "ipv4"));
  return isOwn ? null : say("enrol-in-clear");
}

/** Why nothing came of a call, in words: whoever set a box up knows none of the system's codes. */
function describeSilence(cause: unknown, options: EnrolOptions): string {
  const { cloudUrl, clock = () => new Date() } = options;
  const say = sayFor(options);
  const silent = (why: string) => say("enrol-silent", { cloudUrl, why });
  if (!(cause instanceof Error)) return silent(say("enrol-broke-off"));
  if (cause.name === "TimeoutError") return silent(say("enrol-late"));
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
  if (/^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(code)) {
    // A machine without a battery for its clock begins years ago until a time server has told it.
    const now = `${clock().toISOString().slice(0, 16).replace("T", " ")} UTC`;
    return say("enrol-clock", { cloudUrl, now });
  }
  if (/^(CERT|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_/.test(code))
    return say("enrol-certificate", { cloudUrl, code });
  const words: Readonly<Record<string, string>> = {
    ...{ ENOTFOUND: "enrol-no-name", EAI_AGAIN: "enrol-no-names", ECONNREFUSED: "enrol-shut" },
    ...{ ENETUNREACH: "enrol-no-way", EHOSTUNREACH: "enrol-no-way", ETIMEDOUT: "enrol-late" },
    UND_ERR_CONNECT_TIMEOUT: "enrol-late",
  };
  const known = words[code];
  return silent(known === undefined ? `${code}.` : say(known));
}

import { createDecipheriv, createHash } from "node:crypto";
import type { Nas, OpenndsNas } from "@foyer/contract";
import type {
  Arrival,
  Grant,
  HandBack,
  HandOffRequest,
  LetIn,
  LetInTools,
  NasAdapter,
  Reading,
} from "./adapter.ts";
import { decodeIfWhole } from "./decode.ts";
import { normaliseMac } from "./mac.ts";
import { kilobytesOf, rhidOf, writeAuthmonLine } from "./opennds-authmon.ts";
import { isSignedForOpennds, signForOpennds } from "./opennds-signature.ts";
import { comesFromGuest, findLoginOrigin, getLoginOrigin } from "./trust.ts";

/** Level 1 does not name its authentication directory; the daemon has this one built in. */
const AUTH_DIRECTORY = "opennds_auth";
const DENY_DIRECTORY = "opennds_deny";

/**
 * How the text begins at every level, in openNDS 9 and 10. Level 2 is encrypted but not
 * authenticated (CBC): bits of the MAC could be flipped only at the price of 16 garbled octets
 * before it, and those are held to this form.
 */
const TEXT_FORM =
  /^hid=[0-9a-f]{64}, clientip=[0-9a-fA-F.:]{2,45}, clientmac=[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}, client_type=/;

/**
 * openNDS as the branch's gateway, forwarding authentication (FAS) at levels 1 to 4. The text comes in
 * clear at levels 1 and 4 and encrypted at 2 and 3; the browser brings the answer back at 1 and 2, and
 * the daemon fetches it at 3 and 4 (opennds-authmon.ts).
 */
export const opennds: NasAdapter = {
  kind: "opennds",
  accounting: "portal",
  recognises: (query) => query.has("fas") || isEcho(query),
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && handBack.hid !== null,
  handBack,
  letIn,
  takeBack: ({ handBack: { hid } }, nas, { authmon }) =>
    nas.kind !== "opennds" || !hid || authmon.takeBack(nas.id, rhidOf(hid, nas.fasKey)),
  logOutUrl: (arrival, nas) => `${getLoginOrigin(nas, arrival)}/${DENY_DIRECTORY}/`,
  sessionIdOf: (arrival) => arrival.handBack.hid ?? null,
};

function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const { query } = request;
  const known = nasList.filter((each) => each.kind === "opennds");
  if (!query.has("fas")) return readEcho(query, known);
  // The daemon does not escape base64, so a form decoder made spaces of its plus signs.
  const fas = (query.get("fas") ?? "").replaceAll(" ", "+");
  const iv = query.get("iv");
  const found = iv === null ? findByText(known, fas) : findByKey(known, fas, iv);
  if (!found)
    return refuse(
      iv === null
        ? "no NAS of kind opennds at FAS level 1 or 4 is registered under this gatewaymac"
        : "no registered NAS of kind opennds at FAS level 2 or 3 has a key that opens fas",
    );
  return readText(request, found);
}

function readText(request: HandOffRequest, { nas, text, handOffId }: Found): Reading {
  const fields = parseText(text);
  const origin = `http://${fields.get("gatewayaddress")}`;
  if (findLoginOrigin(nas, origin) === null)
    return refuse("gatewayaddress is not among the NAS's login origins");
  const authDirectory = fields.get("authdir") ?? AUTH_DIRECTORY;
  if (!/^[\w-]{1,64}$/.test(authDirectory)) return refuse("authdir is not a name");
  const mac = normaliseMac(fields.get("clientmac") ?? "");
  if (mac === null) return refuse("clientmac is not a MAC address");
  const ip = fields.get("clientip") ?? null;
  // At levels 1 and 4 the text is plain base64, which the guest can rewrite: the hid in it is checked by
  // the daemon, but says nothing to us of the MAC beside it.
  const isProved = isEncrypted(nas) && comesFromGuest(nas, ip, request.remoteAddress);
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "opennds",
    mac,
    ip,
    proof: isProved ? "signed-hand-off" : null,
    state: "asks",
    failure: null,
    originalUrl: decodeIfWhole(fields.get("originurl") ?? "") || null,
    handBack: { origin, hid: fields.get("hid") ?? null, authDirectory },
  };
  return { kind: "arrival", arrival, handOffId };
}

function handBack(arrival: Arrival, nas: Nas, grant: Grant): HandBack {
  const origin = getLoginOrigin(nas, arrival);
  const { hid, authDirectory } = arrival.handBack;
  if (nas.kind !== "opennds" || !hid || arrival.state !== "asks")
    throw new Error("This arrival does not ask openNDS for access");
  if (nas.fasLevel > 2) return { kind: "wait" };
  const tok = rhidOf(hid, nas.fasKey);
  const custom = writeCustom(arrival.mac, hid, nas.fasKey, grant);
  // Every value is escaped and the query well formed: openNDS 9 dies of one that is not.
  const redir = encodeURIComponent(grant.landingUrl);
  const url = `${origin}/${authDirectory}/?tok=${tok}&custom=${custom}&redir=${redir}`;
  return { kind: "redirect", url };
}

/** Lays the guest out for the daemon to fetch; in, once it has told that it did. */
async function letIn(
  arrival: Arrival,
  nas: Nas,
  grant: Grant,
  { authmon }: LetInTools,
): Promise<LetIn> {
  const { hid } = arrival.handBack;
  if (nas.kind !== "opennds" || !hid) throw new Error("This arrival does not ask openNDS");
  const rhid = rhidOf(hid, nas.fasKey);
  // For BinAuth's report. ndsctl cuts what is longer than 128 letters, so it is no more than that.
  const line = writeAuthmonLine(rhid, grant.limits, grant.username);
  authmon.offer(nas.id, { rhid, line });
  return { kind: authmon.isTaken(nas.id, rhid) ? "in" : "not-yet" };
}

const isEncrypted = ({ fasLevel }: OpenndsNas): boolean => fasLevel === 2 || fasLevel === 3;

/**
 * What the daemon passes on to BinAuth and, when the guest asks twice, back to us:
 * hid.mac.ticket.seconds.uploadKbps.downloadKbps.kilobytes.signature, where 0 is no limit of ours. The
 * kB of upload and download are two where they differ.
 */
function writeCustom(mac: string, hid: string, fasKey: string, grant: Grant): string {
  const { sessionSeconds, uploadKbps, downloadKbps } = grant.limits ?? {};
  const { upload, download } = kilobytesOf(grant.limits);
  // The script of an earlier release reads one, and passes all on as they come where there are two.
  const kilobytes = upload === download ? [upload] : [upload, download];
  const plainMac = mac.replaceAll("-", "").toLowerCase();
  const limits = [sessionSeconds ?? 0, uploadKbps ?? 0, downloadKbps ?? 0, ...kilobytes];
  const message = [hid, plainMac, grant.username, ...limits].join(".");
  return `${message}.${signForOpennds("grant", message, fasKey)}`;
}

/** A guest who is online already and asks again (a second tap) is sent to us with our own query. */
function isEcho(query: URLSearchParams): boolean {
  return query.get("status") === "authenticated" && query.has("tok");
}

function readEcho(query: URLSearchParams, known: readonly OpenndsNas[]): Reading {
  const custom = query.get("custom") ?? "";
  const at = custom.lastIndexOf(".");
  const message = custom.slice(0, Math.max(at, 0));
  const signature = custom.slice(at + 1);
  const nas = known.find((each) => isSignedForOpennds("grant", message, each.fasKey, signature));
  const [hid = "", plainMac = ""] = message.split(".");
  const mac = normaliseMac(plainMac);
  if (!nas || mac === null) return refuse("status is not an echo of a hand-back of ours");
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "opennds",
    mac,
    ip: null,
    // Our own signature, but on a link that has been in the open: it greets nobody by name.
    proof: null,
    state: "online",
    failure: null,
    originalUrl: null,
    handBack: { origin: nas.loginOrigins[0] ?? null, hid, authDirectory: AUTH_DIRECTORY },
  };
  return { kind: "arrival", arrival, handOffId: null };
}

type Found = { nas: OpenndsNas; text: string; handOffId: string | null };

/** Levels 1 and 4: base64 of the text. */
function findByText(known: readonly OpenndsNas[], fas: string): Found | null {
  const text = Buffer.from(fas, "base64").toString("latin1");
  const nas = known.find((each) => !isEncrypted(each) && isTextOf(each, text));
  return nas ? { nas, text, handOffId: null } : null;
}

/** Levels 2 and 3: base64 of base64 of AES-256-CBC. The NAS is the one whose key makes sense of it. */
function findByKey(known: readonly OpenndsNas[], fas: string, iv: string): Found | null {
  if (!/^[\x21-\x7e]{16}$/.test(iv)) return null;
  const sealed = Buffer.from(Buffer.from(fas, "base64").toString("latin1"), "base64");
  for (const nas of known) {
    const text = isEncrypted(nas) ? decrypt(sealed, nas.fasKey, iv) : null;
    if (text === null || !isTextOf(nas, text)) continue;
    // The daemon draws a new IV for each redirect, and what is sealed differs with it. The IV alone
    // could be changed, and the hid with it; what is sealed cannot, or it opens no more.
    const handOffId = `${nas.id}/${createHash("sha256").update(sealed).digest("hex")}`;
    return { nas, text, handOffId };
  }
  return null;
}

/** PHP's openssl_encrypt: the key cut or padded with NUL to 32 octets, the 16 characters as IV. */
function decrypt(sealed: Buffer, fasKey: string, iv: string): string | null {
  const key = Buffer.alloc(32);
  // Octets, not letters: one of several octets may lie across the end, and `write` would leave it out.
  Buffer.from(fasKey).copy(key);
  const decipher = createDecipheriv("aes-256-cbc", key, Buffer.from(iv));
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString("latin1");
  } catch {
    // Wrong padding: another NAS's key, or a text that was tampered with.
    return null;
  }
}

function isTextOf(nas: OpenndsNas, text: string): boolean {
  if (!TEXT_FORM.test(text) || !/^[\x20-\x7e]*$/.test(text)) return false;
  const gatewayMac = parseText(text).get("gatewaymac") ?? "";
  return gatewayMac.replaceAll(":", "").toLowerCase() === nas.gatewayMac;
}

/** The first value of each name counts: what a guest can influence (originurl) comes late. */
function parseText(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split(", ")) {
    const at = pair.indexOf("=");
    if (at > 0 && !fields.has(pair.slice(0, at))) fields.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return fields;
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}

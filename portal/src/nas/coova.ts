import { createHash, hash } from "node:crypto";
import type { CoovaNas, Nas } from "@foyer/contract";
import type { Arrival, Grant, HandBack, HandOffRequest, NasAdapter, Reading } from "./adapter.ts";
import { normaliseMac } from "./mac.ts";
import { comesFromGuest, findLoginOrigin, getLoginOrigin, isSameText } from "./trust.ts";

const STATES: ReadonlyMap<string, Arrival["state"]> = new Map([
  ["notyet", "asks"],
  ["splash", "asks"],
  // A WISPr client asks for the challenge by itself; a browser that follows sees the same page.
  ["challenge", "asks"],
  ["wispr", "asks"],
  ["success", "online"],
  ["already", "online"],
  ["failed", "failed"],
  ["logoff", "logged-off"],
]);

const FAILURES = ["reject", "timeout", "mtu", "other"] as const;

/** CoovaChilli, ChilliSpot, uspot and what is built on them: the UAM protocol. */
export const coova: NasAdapter = {
  kind: "coova",
  accounting: "radius",
  recognises: (query) => query.has("loginurl") || (query.has("res") && query.has("uamip")),
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && handBack.challenge !== null,
  handBack,
  logOutUrl: (arrival, nas) => `${getLoginOrigin(nas, arrival)}/logoff`,
  // RADIUS accounting brings the session under the NAS's own id.
  sessionIdOf: () => null,
};

function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const handOff = findHandOff(request);
  const { signed, md, isAll } = splitSignature(handOff.text);
  // What follows the signature is not signed, so nothing of it is read.
  const query = isAll ? handOff.query : new URLSearchParams(signed);
  const origin = `http://${query.get("uamip")}:${query.get("uamport")}`;
  const named = nasList.filter(
    (each) => each.kind === "coova" && each.nasIdentifier === (query.get("nasid") ?? ""),
  ) as CoovaNas[];
  if (named.length === 0) return refuse("no NAS of kind coova is registered under this nasid");
  const atOrigin = named.filter((each) => findLoginOrigin(each, origin) !== null);
  if (atOrigin.length === 0)
    return refuse("uamip and uamport are not among the NAS's login origins");
  const nas = atOrigin.find((each) => isSignedBy(each, signed, md));
  if (!nas) return refuse(md === null ? "md is missing" : "md does not fit the NAS's uamsecret");
  return readQuery(request, nas, { signed, query, origin });
}

type Signed = { signed: string; query: URLSearchParams; origin: string };

function readQuery(
  request: HandOffRequest,
  nas: CoovaNas,
  { signed, query, origin }: Signed,
): Reading {
  const state = STATES.get(query.get("res") ?? "");
  if (!state) return refuse("res is not a state of UAM");
  const mac = normaliseMac(query.get("mac") ?? "");
  if (mac === null) return refuse("mac is not a MAC address");
  const challenge = query.get("challenge");
  if (challenge !== null && !/^([0-9a-f]{2}){16,32}$/i.test(challenge))
    return refuse("challenge is not 16 to 32 octets in hex");
  if (challenge === null && state === "asks") return refuse("challenge is missing");
  const ip = query.get("ip");
  const isProved = nas.uamSecret !== "" && comesFromGuest(nas, ip, request.remoteAddress);
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "coova",
    mac,
    ip,
    proof: isProved ? "signed-hand-off" : null,
    state,
    failure: state === "failed" ? failureOf(query.get("reason")) : null,
    originalUrl: query.get("userurl") || null,
    handBack: { origin, challenge },
  };
  return { kind: "arrival", arrival, handOffId: handOffIdOf(nas, challenge, signed) };
}

/**
 * CoovaChilli draws a new challenge every few minutes. uspot makes its own from the MAC, the same each
 * time, and is known by writing it in upper case: its hand-offs cannot be told apart, and do not age.
 */
function handOffIdOf(nas: CoovaNas, challenge: string | null, signed: string): string | null {
  if (/[A-F]/.test(challenge ?? "")) return null;
  // One that tells how a session went may bring no challenge, but all of it is signed.
  const told = challenge || hash("sha256", signed);
  return `${nas.id}/${told}`;
}

/** The NAS's own word for it. Any other is a guest's, and goes into no log. */
function failureOf(reason: string | null): string {
  return FAILURES.find((each) => each === (reason ?? "reject")) ?? "other";
}

function handBack(arrival: Arrival, nas: Nas, grant: Grant): HandBack {
  const origin = getLoginOrigin(nas, arrival);
  const challenge = arrival.handBack.challenge;
  if (nas.kind !== "coova" || !challenge)
    throw new Error("This arrival brought no challenge to answer");
  const answer =
    nas.handBack === "chap"
      ? { response: chapResponse(grant.password, challenge, nas.uamSecret) }
      : { password: hidePassword(grant.password, challenge, nas.uamSecret) };
  const query = new URLSearchParams({
    username: grant.username,
    ...answer,
    userurl: grant.landingUrl,
  });
  return { kind: "redirect", url: `${origin}/logon?${query}` };
}

/** The key both hand-backs rest on: MD5(challenge ‖ uamsecret), or the challenge without a secret. */
function challengeKey(challenge: string, uamSecret: string): Buffer {
  const octets = Buffer.from(challenge, "hex");
  if (uamSecret === "") return octets;
  return createHash("md5").update(octets).update(uamSecret).digest();
}

/** RFC 1994 §4.1: MD5(identifier ‖ secret ‖ challenge); the NAS takes the identifier as 0. */
export function chapResponse(
  password: string,
  challenge: string,
  uamSecret: string,
  identifier = 0,
): string {
  const hash = createHash("md5").update(Buffer.of(identifier)).update(password);
  return hash.update(challengeKey(challenge, uamSecret)).digest("hex");
}

/** PAP over the browser: the password XOR the repeated key, in hex. */
export function hidePassword(password: string, challenge: string, uamSecret: string): string {
  const key = challengeKey(challenge, uamSecret);
  const octets = Buffer.from(password);
  const hidden = octets.map((octet, i) => octet ^ (key[i % key.length] ?? 0));
  return Buffer.from(hidden).toString("hex");
}

/** `md` = MD5(the URL as sent up to `&md=` ‖ uamsecret), over the uamserver as the NAS has it. */
function isSignedBy(nas: CoovaNas, signed: string, md: string | null): boolean {
  // Without a uamsecret the NAS signs nothing; the arrival is then a claim (proof: null).
  if (nas.uamSecret === "") return true;
  if (md === null) return false;
  const [base = ""] = nas.uamServer.split("?", 1);
  const ownQuery = nas.uamServer.slice(base.length + 1);
  if (ownQuery !== "" && !signed.startsWith(`${ownQuery}&`)) return false;
  const expected = hash("md5", `${base}?${signed}${nas.uamSecret}`);
  return isSameText(expected, md.toLowerCase());
}

const MD = "&md=";

/** `isAll`: nothing follows the signature. */
function splitSignature(rawQuery: string): { signed: string; md: string | null; isAll: boolean } {
  const at = rawQuery.indexOf(MD);
  if (at < 0) return { signed: rawQuery, md: null, isAll: true };
  const behind = rawQuery.slice(at + MD.length);
  const [md = ""] = behind.split("&", 1);
  return { signed: rawQuery.slice(0, at), md, isAll: md.length === behind.length };
}

/** With `uamhomepage` the whole uamserver URL comes encoded inside `loginurl`. */
function findHandOff({ rawUrl, query }: HandOffRequest): { text: string; query: URLSearchParams } {
  const loginUrl = query.get("loginurl");
  if (loginUrl === null) return { text: rawQueryOf(rawUrl), query };
  const text = rawQueryOf(loginUrl);
  return { text, query: new URLSearchParams(text) };
}

function rawQueryOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at + 1);
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}

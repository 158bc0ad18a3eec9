import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { loadCertificateMaker, type MadeCertificate } from "@foyer/radius";
import { readText } from "./host.ts";
import type { Verdict } from "./verdict-rules.ts";

/** Where `foyer radsec` keeps what it has made, below the box's configuration. */
export const RADSEC_FOLDER = "radsec";
const AUTHORITY = "authority";
const SERVER = "server";
const ISSUED = "issued";
/** A box may be off for a season, and nobody looks every week. */
const RENEW_BEFORE_MS = 200 * 24 * 60 * 60 * 1000;

/** Of a file or folder that is root's. */
export type Rights = {
  mode: number;
  /** Whether its group is that of the services' user; else it is root's as well. */
  isOfServices: boolean;
};
const OF_RADIUS: Rights = { mode: 0o640, isOfServices: true };
/** The portal runs as the user that RADIUS does: what makes certificates is read by root alone. */
const OF_ROOT: Rights = { mode: 0o600, isOfServices: false };
const OF_FOLDER: Rights = { mode: 0o750, isOfServices: true };

export type RadsecFolder = {
  folder: string;
  /** Writes a file whole, with its rights. */
  write: (path: string, text: string, rights: Rights) => void;
  /** Gives rights to what is there. */
  give: (path: string, rights: Rights) => void;
  now: Date;
};

export const certificateOf = (folder: string, name: string) => join(folder, `${name}.pem`);
export const keyOf = (folder: string, name: string) => join(folder, `${name}-key.pem`);

/** What RADIUS is told, by its variables. */
export const radsecSettings = (folder: string): Record<string, string> => ({
  FOYER_RADIUS_RADSEC_PORT: "2083",
  FOYER_RADIUS_RADSEC_CERTIFICATE: certificateOf(folder, SERVER),
  FOYER_RADIUS_RADSEC_KEY: keyOf(folder, SERVER),
  FOYER_RADIUS_RADSEC_CA: certificateOf(folder, AUTHORITY),
});

/** RFC 1123 §2.1, in small letters: what a certificate names and the staff app's field takes. */
const NAME =
  /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
export const isNasName = (name: string): boolean => NAME.test(name) && isIP(name) === 0;

function rightsOf(folder: string, path: string): Rights {
  const isRead = Object.values(radsecSettings(folder)).includes(path);
  return isRead ? OF_RADIUS : OF_ROOT;
}

type Given = Pick<RadsecFolder, "folder" | "give">;

/** In a copy that is somebody else's: by whoever has that key, access points are let in and believe. */
export function closeAuthority({ folder, give }: Given): void {
  const key = keyOf(folder, AUTHORITY);
  if (existsSync(key)) give(key, OF_ROOT);
}

/** Whatever this file has made is read by whom it should be, also what an older release or a restore left. */
export function repairRights({ folder, give }: Given): void {
  const issued = join(folder, ISSUED);
  for (const each of [folder, issued]) if (existsSync(each)) give(each, OF_FOLDER);
  const pairs = [AUTHORITY, SERVER].flatMap((name) => [
    keyOf(folder, name),
    certificateOf(folder, name),
  ]);
  const others = existsSync(issued) ? readdirSync(issued).map((file) => join(issued, file)) : [];
  for (const path of [...pairs, ...others])
    if (existsSync(path)) give(path, rightsOf(folder, path));
}

/**
 * The box's authority for RadSec and its certificate, made where there are none; the certificate anew where it
 * ends soon, or names the box by other names. False: nothing was made.
 */
export async function openRadsec(where: RadsecFolder, hosts: readonly string[]): Promise<boolean> {
  const { folder, now } = where;
  mkdirSync(join(folder, ISSUED), { recursive: true });
  // Whatever the umask made of them.
  repairRights(where);
  const authority = findPair(folder, AUTHORITY) ?? (await makeAuthority(where));
  const found = findPair(folder, SERVER);
  if (found && isGood(found.certificate, { authority, hosts, now })) return false;
  const { makeServerCertificate } = await loadCertificateMaker();
  const names = hosts.filter((host) => isIP(host) === 0);
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  writePair(where, SERVER, await makeServerCertificate({ authority, names, addresses, now }));
  return true;
}

/** An access point's certificate; null: RadSec is not on by this authority. */
export async function issueTo(
  where: RadsecFolder,
  name: string,
): Promise<(MadeCertificate & { authority: string }) | null> {
  const authority = findPair(where.folder, AUTHORITY);
  if (!authority) return null;
  const { makeNasCertificate } = await loadCertificateMaker();
  const made = await makeNasCertificate({ authority, name, now: where.now });
  // Its key is kept by nobody here; the certificate tells when another is due.
  where.write(certificateOf(join(where.folder, ISSUED), name), made.certificate, OF_ROOT);
  return { ...made, authority: authority.certificate };
}

export type Until = { name: string; until: Date };

/** The box's own and those of access points, the one first that ends first. */
export function listRadsec(folder: string): { own: Until | null; issued: Until[] } {
  const untilOf = (path: string): Date | null => {
    const text = readText(path);
    return text === null ? null : new X509Certificate(text).validToDate;
  };
  const until = untilOf(certificateOf(folder, SERVER));
  const files = existsSync(join(folder, ISSUED)) ? readdirSync(join(folder, ISSUED)) : [];
  const issued = files
    .filter((file) => file.endsWith(".pem"))
    .map((file) => ({
      name: file.slice(0, -".pem".length),
      until: untilOf(join(folder, ISSUED, file)) ?? new Date(0),
    }))
    .toSorted((one, other) => one.until.getTime() - other.until.getTime());
  return { own: until && { name: SERVER, until }, issued };
}

/** How the box's settings are changed, and what runs by them. */
export type SettingsTrial = {
  before: string;
  after: string;
  write: (text: string) => void;
  /** Starts RADIUS, `isAnew`: once it has ended, and says how it comes up. */
  start: (isAnew: boolean) => Promise<Verdict>;
  /** What RADIUS said last. */
  findWhy: () => string;
};

export type Switched =
  | { kind: "on" }
  | { kind: "not-started" }
  /** RADIUS did not come up by the new settings; those before are in force, and it runs by them, or not. */
  | { kind: "taken-back"; why: string; isUp: boolean };

/** Judges how the box comes up with RadSec. Where it is RADIUS that does not, the settings before come back. */
export async function trySettings(
  { before, after, write, start, findWhy }: SettingsTrial,
  isMade: boolean,
): Promise<Switched> {
  const isChanged = after !== before;
  if (isChanged) write(after);
  const verdict = await start(isMade || isChanged);
  if (verdict.kind === "well") return { kind: "on" };
  const isRadius = verdict.kind === "broken" && verdict.services.includes("radius");
  if (!isChanged || !isRadius) return { kind: "not-started" };
  const why = findWhy();
  write(before);
  return { kind: "taken-back", why, isUp: (await start(true)).kind === "well" };
}

async function makeAuthority(where: RadsecFolder): Promise<MadeCertificate> {
  const { makeAuthority: make } = await loadCertificateMaker();
  const made = await make();
  writePair(where, AUTHORITY, made);
  return made;
}

/** The certificate comes last: half a pair is no pair, whenever the power goes. */
function writePair({ folder, write }: RadsecFolder, name: string, made: MadeCertificate): void {
  const [key, certificate] = [keyOf(folder, name), certificateOf(folder, name)];
  write(key, made.key, rightsOf(folder, key));
  write(certificate, made.certificate, rightsOf(folder, certificate));
}

function findPair(folder: string, name: string): MadeCertificate | null {
  const certificate = readText(certificateOf(folder, name));
  const key = readText(keyOf(folder, name));
  if (certificate === null || key === null) return null;
  try {
    const fits = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return fits ? { certificate, key } : null;
  } catch {
    // Cut short by a power cut: it is made anew.
    return null;
  }
}

function isGood(
  certificate: string,
  { authority, hosts, now }: { authority: MadeCertificate; hosts: readonly string[]; now: Date },
): boolean {
  const own = new X509Certificate(certificate);
  const names = (host: string) => (isIP(host) ? own.checkIP(host) : own.checkHost(host));
  return (
    own.validToDate.getTime() - now.getTime() > RENEW_BEFORE_MS &&
    hosts.every((host) => names(host) !== undefined) &&
    own.verify(new X509Certificate(authority.certificate).publicKey)
  );
}

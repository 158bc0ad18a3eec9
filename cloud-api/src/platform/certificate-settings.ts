import { Resolver } from "node:dns";
import { readFileSync } from "node:fs";

/** A key that DNS messages are signed with: RFC 8945. */
export type TsigKey = { name: string; algorithm: TsigAlgorithm; secret: Buffer };

export const TSIG_ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;
export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];

/** How records of the zone are changed. */
export type DnsWay =
  | { kind: "update"; host: string; port: number; key: TsigKey }
  /** Whatever stands behind an address, told by two calls: see dns.ts of certificates. */
  | { kind: "http"; url: string; secret: string };

/** From whom this cloud gets certificates for the public names of boxes, and how it proves them. */
export type CertificateSettings = Readonly<{
  /** RFC 8555 §7.1.1. */
  directoryUrl: string;
  /** PEM of whoever answers for the directory's own certificate; null: those Node.js knows. */
  authority: string | null;
  /** Where the authority writes to. */
  contact: string | null;
  /** All names are one label below it. It is a DNS zone of its own, so its key opens nothing else. */
  zone: string;
  way: DnsWay;
  /** `address` or `address:port` of all servers that answer for the zone; none: they are looked up. */
  nameServers: readonly string[];
  /** What the authority gives all names of the zone together; null: it does not count. */
  pace: CertificatePace | null;
}>;

export type CertificatePace = {
  aWeek: number;
  /** Whether it counts those of names that have one. Let's Encrypt does not. */
  countsRenewals: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

const ZONE = /^(?=.{1,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const DNS_PORT = 53;
const VARIABLES = [
  ...["FOYER_ACME_DIRECTORY", "FOYER_ACME_CONTACT", "FOYER_ACME_AUTHORITY", "FOYER_BRANCH_ZONE"],
  ...["FOYER_DNS_SERVER", "FOYER_DNS_KEY_FILE", "FOYER_DNS_URL", "FOYER_DNS_SECRET_FILE"],
  ...["FOYER_DNS_NAME_SERVERS", "FOYER_ACME_CERTIFICATES_A_WEEK", "FOYER_ACME_COUNTS_RENEWALS"],
];
/** Let's Encrypt's, of one registered domain. */
const CERTIFICATES_A_WEEK = "50";
const NAMES = "FOYER_ACME_DIRECTORY and FOYER_BRANCH_ZONE";

/** Null: this cloud gets no certificates. No value of a secret is repeated in a fault. */
export function readCertificateSettings(
  everything: Environment,
  faults: string[],
): CertificateSettings | null {
  // All are asked for at once, so that whoever asks which there are hears of those that depend on another.
  const environment: Environment = Object.fromEntries(
    VARIABLES.map((name) => [name, everything[name]]),
  );
  const { FOYER_ACME_DIRECTORY: directory = "", FOYER_BRANCH_ZONE: zone = "" } = environment;
  if (directory === "" && zone === "") return null;
  const before = faults.length;
  if (URL.parse(directory)?.protocol !== "https:")
    faults.push(`FOYER_ACME_DIRECTORY must be an https address; ${NAMES} go together`);
  if (!ZONE.test(zone))
    faults.push(`FOYER_BRANCH_ZONE must be a zone such as wifi.example.com; ${NAMES} go together`);
  const contact = environment.FOYER_ACME_CONTACT || null;
  if (contact !== null && !/^[^\s@]+@[^\s@]+$/.test(contact))
    faults.push("FOYER_ACME_CONTACT must be an e-mail address");
  const read = (name: string) => readFile(name, environment[name], faults);
  const authority = environment.FOYER_ACME_AUTHORITY ? read("FOYER_ACME_AUTHORITY") : null;
  const way = readWay(environment, read, faults);
  const nameServers = (environment.FOYER_DNS_NAME_SERVERS ?? "").split(/[\s,]+/).filter(Boolean);
  if (!nameServers.every(isNameServer))
    faults.push(
      "FOYER_DNS_NAME_SERVERS must list addresses, such as 192.0.2.1 or [2001:db8::1]:53",
    );
  const pace = readPace(environment, faults);
  if (!way || faults.length > before) return null;
  const named = { directoryUrl: directory, authority, contact, zone };
  return Object.freeze({ ...named, way, nameServers, pace });
}

function readPace(environment: Environment, faults: string[]): CertificatePace | null {
  const aWeek = environment.FOYER_ACME_CERTIFICATES_A_WEEK || CERTIFICATES_A_WEEK;
  const counts = environment.FOYER_ACME_COUNTS_RENEWALS || "off";
  if (!/^\d{1,6}$/.test(aWeek))
    faults.push("FOYER_ACME_CERTIFICATES_A_WEEK must be a number, or 0 where there is no limit");
  if (!/^(on|off)$/.test(counts)) faults.push("FOYER_ACME_COUNTS_RENEWALS must be one of on, off");
  return Number(aWeek) > 0 ? { aWeek: Number(aWeek), countsRenewals: counts === "on" } : null;
}

function isNameServer(text: string): boolean {
  try {
    new Resolver().setServers([text]);
    return true;
  } catch {
    return false;
  }
}

function readWay(
  { FOYER_DNS_SERVER: server, FOYER_DNS_URL: url }: Environment,
  read: (name: string) => string,
  faults: string[],
): DnsWay | null {
  if (server && !url) {
    const key = readTsigKey(read("FOYER_DNS_KEY_FILE"));
    if (!key)
      faults.push("FOYER_DNS_KEY_FILE must hold <algorithm>:<name>:<secret>, the secret in base64");
    const [, host = "", port] = /^([^\s:]+)(?::(\d{1,5}))?$/.exec(server) ?? [];
    if (host === "") faults.push("FOYER_DNS_SERVER must look like ns1.example.com or 192.0.2.1:53");
    return key && host !== ""
      ? { kind: "update", host, port: Number(port ?? DNS_PORT), key }
      : null;
  }
  if (url && !server) {
    const secret = read("FOYER_DNS_SECRET_FILE");
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
      faults.push("FOYER_DNS_URL must be an http or https address");
    if (!/^[\x21-\x7e]{16,}$/.test(secret))
      faults.push("FOYER_DNS_SECRET_FILE must hold 16 signs or more, without blanks");
    return { kind: "http", url, secret };
  }
  faults.push("Give either FOYER_DNS_SERVER, for DNS updates, or FOYER_DNS_URL");
  return null;
}

/** As nsupdate(1) takes it with -y. */
export function readTsigKey(text: string): TsigKey | null {
  const [, algorithm, name = "", base64 = ""] =
    /^([a-z0-9-]+):([^:\s]+):([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const known = TSIG_ALGORITHMS.find((each) => each === algorithm);
  if (!known) return null;
  return { name: name.toLowerCase(), algorithm: known, secret: Buffer.from(base64, "base64") };
}

function readFile(name: string, path: string | undefined, faults: string[]): string {
  try {
    return readFileSync(path ?? "", "utf8").trim();
  } catch {
    faults.push(`${name} must name a file that can be read`);
    return "";
  }
}

import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SecureContext } from "node:tls";
import { RADIUS_AUTHORITY_FILE, RADIUS_CERTIFICATE_FILE } from "@foyer/branch-store";
import type { Made } from "./make-certificate.ts";
import { prepareTls } from "./tls-tunnel.ts";

/** What a device's profile names as the server it trusts. */
export const SERVER_NAME = "radius.foyer.internal";
/** Of the state folder; the authority's is what a profile carries. */
export const AUTHORITY_FILE = RADIUS_AUTHORITY_FILE;
const AUTHORITY_KEY_FILE = "radius-authority-key.pem";
const CERTIFICATE_KEY_FILE = "radius-certificate-key.pem";
/** A box may be off for a season; phones must still find a certificate that is good. */
const RENEW_BEFORE_DAYS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Files of PEM, venue IT's own; the chain in the first. They are looked at every so many seconds. */
export type CertificateFiles = { certificateFile: string; keyFile: string; lookSeconds?: number };

export type CertificateOptions = {
  stateFolder: string;
  /** Null: one of the box's own, made at the first start. */
  configured: CertificateFiles | null;
  /** Of the branch's member Wi-Fi: Android's devices take only a server of that domain. */
  domain?: string | null;
  now: Date;
};

/**
 * The certificate EAP is served with. The box's own comes from an authority of its own, which the
 * devices' profiles trust, so that it can be renewed under them. Throws what to do when the
 * configured files do not fit.
 */
export async function openCertificate(options: CertificateOptions): Promise<SecureContext> {
  const { configured, stateFolder, domain = null, now } = options;
  if (configured) return openConfigured(configured);
  const at = (file: string) => join(stateFolder, file);
  const authority = await findOrMakeAuthority(at(AUTHORITY_FILE), at(AUTHORITY_KEY_FILE));
  const own = { certificate: at(RADIUS_CERTIFICATE_FILE), key: at(CERTIFICATE_KEY_FILE) };
  const found = findPair(own.certificate, own.key);
  const names = [SERVER_NAME, ...(domain === null ? [] : [`radius.${domain}`])];
  if (found && !isRenewalDue(found.certificate, { authority: authority.certificate, names, now }))
    return prepareTls(found.certificate, found.key);
  const { makeServerCertificate } = await loadCertificateMaker();
  const made = await makeServerCertificate({ authority, names, now });
  writePair(own.certificate, own.key, made);
  return prepareTls(made.certificate, made.key);
}

function openConfigured({ certificateFile, keyFile }: CertificateFiles): SecureContext {
  try {
    return prepareTls(readFileSync(certificateFile, "utf8"), readFileSync(keyFile, "utf8"));
  } catch (cause) {
    throw new Error(
      `${certificateFile} and ${keyFile} are not a certificate and its key: give both as PEM, the key without a password`,
      { cause },
    );
  }
}

/** Most starts make nothing, and need not load what can. */
export const loadCertificateMaker = () => import("./make-certificate.ts");

async function findOrMakeAuthority(certificateFile: string, keyFile: string): Promise<Made> {
  const found = findPair(certificateFile, keyFile);
  if (found) return found;
  const { makeAuthority } = await loadCertificateMaker();
  const made = await makeAuthority();
  writePair(certificateFile, keyFile, made);
  return made;
}

/** Null where there is none, or where half of it is missing or another's. */
function findPair(certificateFile: string, keyFile: string): Made | null {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return null;
  const certificate = readFileSync(certificateFile, "utf8");
  const key = readFileSync(keyFile, "utf8");
  try {
    const fits = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return fits ? { certificate, key } : null;
  } catch {
    // Cut short by a power cut: it is made anew.
    return null;
  }
}

function isRenewalDue(
  certificate: string,
  { authority, names, now }: { authority: string; names: string[]; now: Date },
): boolean {
  const own = new X509Certificate(certificate);
  const left = Date.parse(own.validTo) - now.getTime();
  return (
    left < RENEW_BEFORE_DAYS * DAY_MS ||
    Date.parse(own.validFrom) > now.getTime() ||
    names.some((name) => own.checkHost(name) === undefined) ||
    !own.verify(new X509Certificate(authority).publicKey)
  );
}

/** The certificate comes last: half a pair is no pair, whenever the power goes. */
function writePair(certificateFile: string, keyFile: string, { certificate, key }: Made): void {
  for (const [file, text] of [
    [keyFile, key],
    [certificateFile, certificate],
  ] as const) {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

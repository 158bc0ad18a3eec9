import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The private key of the box's public name, and the chain that answers for it: PEM, changed together. */
export const BOX_CERTIFICATE_FILE = "box-certificate.pem";

export type BoxCertificate = {
  /** The DNS name that it is for. */
  name: string;
  validFrom: Date;
  validUntil: Date;
  /** Of the first certificate: tells one from the next. */
  fingerprint: string;
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** Null: the box has none, or what is there cannot be read as one. */
export function findBoxCertificate(folder: string): BoxCertificate | null {
  try {
    return readCertificate(readFileSync(join(folder, BOX_CERTIFICATE_FILE), "utf8"));
  } catch {
    return null;
  }
}

/** The first certificate of a PEM text. Throws where there is none, or it names no host. */
export function readCertificate(pem: string): BoxCertificate {
  const certificate = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")));
  const name = /(?:^|, )DNS:([^,\s]+)/.exec(certificate.subjectAltName ?? "")?.[1];
  if (!name) throw new Error("the certificate names no host");
  return {
    name: name.toLowerCase(),
    validFrom: certificate.validFromDate,
    validUntil: certificate.validToDate,
    fingerprint: certificate.fingerprint256,
  };
}

/**
 * Whether guests may be led to it. Not in its last day, or the last tenth of a shorter life: a phone holds
 * on to what it was told for as long as its lease, and its clock is not the box's. And not before its
 * first: then it is the box's own clock that is wrong.
 */
export function isCertificateGood(
  { validFrom, validUntil }: Pick<BoxCertificate, "validFrom" | "validUntil">,
  now: Date,
): boolean {
  const life = validUntil.getTime() - validFrom.getTime();
  const margin = Math.min(DAY_MS, life / 10);
  return now >= validFrom && now.getTime() < validUntil.getTime() - margin;
}

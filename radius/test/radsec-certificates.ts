import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { onTestFinished } from "vitest";
import { type Made, makeAuthority, makeServerCertificate } from "../src/eap/make-certificate.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export type RadsecCertificates = {
  authority: Made;
  certificateFile: string;
  keyFile: string;
  authorityFile: string;
  /** A NAS's certificate of this authority. */
  issue: (names: { common: string; dns?: string[] }) => Promise<Made>;
  /** PEM into a file that goes with the test. */
  write: (name: string, pem: string) => string;
};

/** An authority with a server's certificate, in files of a temporary folder. */
export async function makeRadsecCertificates(): Promise<RadsecCertificates> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-radsec-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, pem: string) => {
    const file = join(folder, name);
    writeFileSync(file, pem);
    return file;
  };
  const authority = await makeAuthority();
  const now = new Date();
  const server = await makeServerCertificate({ authority, names: ["radius.test"], now });
  return {
    authority,
    certificateFile: write("server.pem", server.certificate),
    keyFile: write("server.key", server.key),
    authorityFile: write("authority.pem", authority.certificate),
    issue: (names) => issueTo(authority, names),
    write,
  };
}

async function issueTo(
  authority: Made,
  { common, dns = [] }: { common: string; dns?: string[] },
): Promise<Made> {
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const der = Buffer.from(authority.key.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${common}`,
    issuer: new X509Certificate(authority.certificate).subjectName,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: ALGORITHM,
    signingKey: await subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]),
    publicKey: keys.publicKey,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ...(dns.length === 0
        ? []
        : [new SubjectAlternativeNameExtension(dns.map((value) => ({ type: "dns", value })))]),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { certificate: certificate.toString("pem"), key: String(key) };
}

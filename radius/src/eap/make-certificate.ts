import "reflect-metadata";
import { KeyObject, randomBytes, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** PEM, the key as PKCS #8. */
export type Made = { certificate: string; key: string };

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** Apple's devices take at most 825 days of a server. */
const SERVER_DAYS = 800;
const DAY_MS = 24 * 60 * 60 * 1000;
/** The authority is good whatever a box without a clock takes for today. */
const AUTHORITY_FROM = new Date("2020-01-01T00:00:00Z");
const AUTHORITY_UNTIL = new Date("2049-12-31T23:59:59Z");

/** An authority for one box alone. */
export async function makeAuthority(): Promise<Made> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: makeSerialNumber(),
    name: `CN=Foyer Wi-Fi ${randomBytes(4).toString("hex")}`,
    notBefore: AUTHORITY_FROM,
    notAfter: AUTHORITY_UNTIL,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toMade(certificate, keys);
}

type Issued = {
  authority: Made;
  /** DNS names; the first is the common name too. */
  names: readonly string[];
  now: Date;
};

/** A RADIUS server's certificate under that authority. */
export function makeServerCertificate(
  options: Issued & { addresses?: readonly string[] },
): Promise<Made> {
  return issue({ addresses: [], ...options, usage: ExtendedKeyUsage.serverAuth });
}

/** An access point's, by which it is known where it speaks RadSec. */
export function makeNasCertificate({
  name,
  ...options
}: Omit<Issued, "names"> & { name: string }): Promise<Made> {
  return issue({ ...options, names: [name], addresses: [], usage: ExtendedKeyUsage.clientAuth });
}

async function issue(
  options: Issued & { addresses: readonly string[]; usage: ExtendedKeyUsage },
): Promise<Made> {
  const { authority, names, addresses, usage, now } = options;
  const keys = await makeKeys();
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage]),
    new SubjectAlternativeNameExtension([
      ...names.map((value) => ({ type: "dns" as const, value })),
      ...addresses.map((value) => ({ type: "ip" as const, value })),
    ]),
  ];
  const certificate = await X509CertificateGenerator.create({
    serialNumber: makeSerialNumber(),
    subject: `CN=${names[0]}`,
    issuer: new X509Certificate(authority.certificate).subjectName,
    // Clocks of phones and boxes differ.
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    signingKey: await readKey(authority.key),
    publicKey: keys.publicKey,
    extensions,
  });
  return toMade(certificate, keys);
}

const makeKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

/** RFC 5280 §4.1.2.2: positive, and never given twice. */
function makeSerialNumber(): string {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] as number) & 0x7f) | 0x40;
  return octets.toString("hex");
}

function toMade(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair): Made {
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { certificate: `${certificate.toString("pem")}\n`, key: String(key) };
}

function readKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  return webcrypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}

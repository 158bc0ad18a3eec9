import { KeyObject, webcrypto } from "node:crypto";

/** What a box asks a certificate with: PEM, and its key beside it. */
export type Request = { name: string; key: string; csr: string };

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A new key for a DNS name, and the request for its certificate (RFC 2986). */
export async function makeRequest(name: string): Promise<Request> {
  // Once in two months: the agent's memory does without it otherwise.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const names = new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ keys, signingAlgorithm: ALGORITHM, extensions: [names] },
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { name, key: String(key), csr: `${request.toString("pem")}\n` };
}

export function isRequest(told: unknown): told is Request {
  const { name, key, csr } = (told ?? {}) as Record<string, unknown>;
  return [name, key, csr].every((each) => typeof each === "string");
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TlsOptions } from "@foyer/portal";
import type { Network } from "./network.ts";
import { run } from "./processes.ts";

/** What the gateway and the guests call the portal when they speak https with it. */
export const PORTAL_NAME = "portal.foyer.test";
const TLS_PORT = 8443;

/** A certificate of that name, which its own authority alone knows. */
export async function makeCertificate({ folder }: Network): Promise<TlsOptions> {
  const [certificateFile, keyFile] = [join(folder, "portal.pem"), join(folder, "portal.key")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const name = ["-subj", `/CN=${PORTAL_NAME}`, "-addext", `subjectAltName=DNS:${PORTAL_NAME}`];
  const files = ["-keyout", keyFile, "-out", certificateFile];
  await run("openssl", "req", "-x509", ...kind, ...name, ...files);
  return { port: TLS_PORT, certificateFile, keyFile };
}

export const readCertificate = ({ certificateFile }: TlsOptions): string =>
  readFileSync(certificateFile, "utf8");

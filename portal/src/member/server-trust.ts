import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RADIUS_AUTHORITY_FILE, RADIUS_CERTIFICATE_FILE } from "@foyer/branch-store";
import type { ServerTrust } from "./rules.ts";

export type TrustFiles = {
  stateFolder: string;
  /** The certificate that venue IT gave the RADIUS server; null: it has made its own. */
  certificateFile: string | null;
};

/**
 * What the RADIUS server of this box is known by. With no certificate to look at (radius has not
 * started yet, or was given one that the portal was not told of) it is trusted by name alone: the
 * domain or one label below it. Throws when a file is there and is no certificate.
 */
export function readServerTrust(files: TrustFiles, domain: string): ServerTrust {
  const { stateFolder, certificateFile } = files;
  if (certificateFile !== null) {
    const names = namesOf(new X509Certificate(readFileSync(certificateFile)));
    return { authority: null, names };
  }
  const authorityFile = join(stateFolder, RADIUS_AUTHORITY_FILE);
  if (!existsSync(authorityFile)) return { authority: null, names: [domain, `*.${domain}`] };
  const own = new X509Certificate(readFileSync(join(stateFolder, RADIUS_CERTIFICATE_FILE)));
  return { authority: new X509Certificate(readFileSync(authorityFile)).raw, names: namesOf(own) };
}

/** RFC 6125 §6.4.4: the common name counts only where the certificate has no DNS name. */
function namesOf({ subjectAltName, subject }: X509Certificate): string[] {
  const names = [...(subjectAltName ?? "").matchAll(/(?:^|, )DNS:([^,"]+)/g)].map(
    ([, name]) => name as string,
  );
  const common = /^CN=(.+)$/m.exec(subject)?.[1];
  return names.length > 0 || !common ? names : [common];
}

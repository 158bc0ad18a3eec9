import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServerTrust } from "./rules.ts";
import { readServerTrust, type TrustFiles } from "./server-trust.ts";
import { openProfileSigner, type ProfileSigner, type SigningFiles } from "./sign-profile.ts";

/** What profiles are made with and the settings do not say. */
export type MemberFiles = {
  /** Looks each time: radius may make or renew its certificate while the portal runs. */
  readTrust: (domain: string) => ServerTrust;
  /** Null: profiles are not signed. */
  signer: ProfileSigner | null;
};

/** Throws in words when a file that was set is not what it should be. */
export function openMemberFiles(files: TrustFiles & { signing: SigningFiles | null }): MemberFiles {
  if (files.certificateFile !== null) checkCertificate(files.certificateFile);
  return {
    readTrust: (domain) => readServerTrust(files, domain),
    signer: files.signing && openProfileSigner(files.signing),
  };
}

function checkCertificate(certificateFile: string): void {
  try {
    new X509Certificate(readFileSync(certificateFile));
  } catch (cause) {
    throw new Error(
      `${certificateFile} is not a certificate that this process can read: set FOYER_RADIUS_CERTIFICATE to the PEM file that radius was given`,
      { cause },
    );
  }
}

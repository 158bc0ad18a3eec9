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

/** Throws in words when the signing certificate and its key do not fit. */
export function openMemberFiles(files: TrustFiles & { signing: SigningFiles | null }): MemberFiles {
  return {
    readTrust: (domain) => readServerTrust(files, domain),
    signer: files.signing && openProfileSigner(files.signing),
  };
}

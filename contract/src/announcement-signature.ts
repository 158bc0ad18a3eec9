import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { type ReleaseAnnouncement, writeSignedText } from "./box-upgrade.ts";

/** The key is PEM (PKCS #8), of the kind Ed25519. */
export function signAnnouncement(
  said: Omit<ReleaseAnnouncement, "signature">,
  privateKey: string,
): ReleaseAnnouncement {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "ed25519") throw new Error("a release is signed by an Ed25519 key");
  const signature = sign(null, Buffer.from(writeSignedText(said)), key).toString("base64");
  return { ...said, signature };
}

/** Whether whoever has the private half of this key (PEM) said so. Throws where it is no public key. */
export function isAnnouncementSigned(
  announcement: ReleaseAnnouncement,
  publicKey: string,
): boolean {
  const text = Buffer.from(writeSignedText(announcement));
  const signature = Buffer.from(announcement.signature, "base64");
  return verify(null, text, createPublicKey(publicKey), signature);
}

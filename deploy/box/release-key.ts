import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { nameKey } from "@foyer/contract";

/** What a publisher's key is called beside its public half. */
export const PRIVATE_KEY_FILE = "foyer-release-key.pem";
export const PUBLIC_KEY_FILE = "foyer-release-key.public.pem";

export type ReadKey =
  | { kind: "key"; pem: string; name: string }
  | { kind: "private" }
  | { kind: "other" };

/** The public half of a key by which releases are signed, as PEM (SPKI), and its name for people to compare. */
export function readReleaseKey(text: string): ReadKey {
  // node:crypto makes a public key of a private one as well, which then lies on every box.
  if (text.includes("PRIVATE KEY-----")) return { kind: "private" };
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyType !== "ed25519") return { kind: "other" };
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    return { kind: "key", pem, name: nameOf(key.export({ format: "jwk" }).x ?? "") };
  } catch {
    return { kind: "other" };
  }
}

const nameOf = (x: string) => nameKey(Buffer.from(x, "base64url"));

/** Makes a key and its public half, each into a file that is not there yet. Returns the key's name. */
export function makeReleaseKey(files: { privateFile: string; publicFile: string }): string {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const own = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(files.privateFile, own, { mode: 0o600, flag: "wx", flush: true });
  const open = publicKey.export({ type: "spki", format: "pem" });
  writeFileSync(files.publicFile, open, { mode: 0o644, flag: "wx", flush: true });
  return nameOf(publicKey.export({ format: "jwk" }).x ?? "");
}

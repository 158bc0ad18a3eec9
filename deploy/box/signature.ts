import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST_FILE, SIGNATURE_FILE } from "./manifest.ts";

/** Ed25519 (RFC 8032) over the manifest, which names what every file holds. The key is PEM (PKCS #8). */
export function signRelease(folder: string, privateKey: string): void {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "ed25519") throw new Error("a release is signed by an Ed25519 key");
  const signature = sign(null, readFileSync(join(folder, MANIFEST_FILE)), key);
  writeFileSync(join(folder, SIGNATURE_FILE), `${signature.toString("base64")}\n`);
}

export type SignatureFault = "unsigned" | "signed-by-another";

/** Null: whoever has the private half of this key made the manifest. */
export function findSignatureFault(folder: string, publicKey: string): SignatureFault | null {
  const path = join(folder, SIGNATURE_FILE);
  if (!existsSync(path)) return "unsigned";
  const signature = Buffer.from(readFileSync(path, "utf8").trim(), "base64");
  const manifest = readFileSync(join(folder, MANIFEST_FILE));
  return verify(null, manifest, createPublicKey(publicKey), signature) ? null : "signed-by-another";
}

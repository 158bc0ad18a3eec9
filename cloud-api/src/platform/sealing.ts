import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Seals what the database is to keep and nobody who reads the database may read. */
export type Sealing = {
  /** `place` names the row and field: what is copied to another place cannot be opened there. */
  seal: (secret: string, place: string) => Buffer;
  /** Throws where the key is another one, the octets were changed, or the place is another. */
  open: (sealed: Buffer, place: string) => string;
};

const KEY_FILE = "secrets-key";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key of a data folder, generated at the first start. Several processes share the file. */
export async function openSealing(dataFolder: string): Promise<Sealing> {
  const path = join(dataFolder, KEY_FILE);
  if (!existsSync(path))
    await writeFile(path, randomBytes(KEY_BYTES).toString("base64url"), {
      mode: 0o600,
      flag: "wx",
    }).catch(ignoreExisting);
  const key = Buffer.from((await readFile(path, "utf8")).trim(), "base64url");
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} is no key of ${KEY_BYTES} bytes. Put the file back from a back-up.`);
  return sealWith(key);
}

/** AES-256-GCM: nonce, tag, then the sealed octets. */
export function sealWith(key: Buffer): Sealing {
  return {
    seal: (secret, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place));
      const octets = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), octets]);
    },
    open: (sealed, place) => {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
      const octets = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([octets, decipher.final()]).toString("utf8");
    },
  };
}

/** Two processes that start at once: the other one made it. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

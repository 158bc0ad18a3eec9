import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  type ScryptOptions,
  scryptSync,
} from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { pipeline } from "node:stream/promises";

/**
 * A back-up is one file: a line that says what it is, a line of JSON, the archive (tar, gzip), and at its
 * end what proves that it is whole: the tag of AES-256-GCM, under a key that scrypt makes of a passphrase,
 * or else the SHA-256 of all before.
 */
export type BackupHeader = {
  /** Of a box: which one, and of which branch. */
  boxId?: string;
  branchId?: string;
  /** Of a cloud: where it is reached. */
  origin?: string;
  /** Of the release that wrote it. */
  version: string;
  /** By the machine's clock. */
  at: string;
  /** Null: it is not encrypted. */
  cipher: { salt: string; nonce: string } | null;
};

const MAGIC = "FOYER-BACKUP 1\n";
const HEADER_BYTES_MAX = 4096;
const TAG_BYTES = 16;
const HASH_BYTES = 32;
const KEY_BYTES = 32;
/** 64 MiB and a second of a small machine for each guess at a passphrase. */
const SCRYPT: ScryptOptions = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

export type Sealing = { passphrase: string | null };
/** By which of its words a header says what it is of. */
export type BackupMark = "boxId" | "origin";

type Written = Sealing & { file: string; header: Omit<BackupHeader, "cipher"> };

/** Of tar and gzip: a file's path, or its octets as they are made. */
export type Archive = string | AsyncIterable<Buffer>;

/** Writes a back-up for its owner alone; what is there already stays, and the call fails. */
export async function writeBackup(archive: Archive, options: Written): Promise<void> {
  try {
    await writeWhole(archive, options);
  } catch (error) {
    // A disk that is full, say: half a back-up must not be taken for one, nor be in the way of the next.
    if ((error as { code?: unknown }).code !== "EEXIST") rmSync(options.file, { force: true });
    throw error;
  }
}

const read = (archive: Archive): AsyncIterable<Buffer> =>
  typeof archive === "string" ? createReadStream(archive) : archive;

async function writeWhole(archive: Archive, options: Written): Promise<void> {
  const { file, passphrase } = options;
  const cipher = passphrase === null ? null : { salt: randomText(), nonce: randomText() };
  const header: BackupHeader = { ...options.header, cipher };
  const begin = Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`);
  const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
  if (cipher === null || passphrase === null) {
    const hash = createHash("sha256").update(begin);
    await pipeline(async function* () {
      yield begin;
      for await (const chunk of read(archive)) {
        hash.update(chunk);
        yield chunk;
      }
      yield hash.digest();
    }, target);
    return;
  }
  const key = makeKey(passphrase, cipher.salt);
  const sealing = createCipheriv("aes-256-gcm", key, nonceOf(cipher)).setAAD(begin);
  await pipeline(async function* () {
    yield begin;
    for await (const chunk of read(archive)) yield sealing.update(chunk);
    yield sealing.final();
    yield sealing.getAuthTag();
  }, target);
}

export type OpenedBackup =
  | { kind: "opened"; header: BackupHeader }
  | { kind: "refused"; reason: "no-backup" | "needs-passphrase" | "wrong-passphrase" | "damaged" };

/** Writes the archive of a back-up into a file of its own. Nothing of it may be used before this answers. */
export async function openBackup(
  file: string,
  { passphrase, archive, mark }: Sealing & { archive: string; mark: BackupMark },
): Promise<OpenedBackup> {
  const found = readHeader(file, mark);
  if (!found) return { kind: "refused", reason: "no-backup" };
  const { header, begin } = found;
  const { cipher } = header;
  if (cipher !== null && passphrase === null)
    return { kind: "refused", reason: "needs-passphrase" };
  const proofBytes = cipher === null ? HASH_BYTES : TAG_BYTES;
  const end = statSync(file).size - proofBytes;
  if (end <= begin.length) return { kind: "refused", reason: "damaged" };
  const proof = readAt(file, end, proofBytes);
  const body = createReadStream(file, { start: begin.length, end: end - 1 });
  const target = createWriteStream(archive, { flags: "wx", mode: 0o600 });
  if (cipher === null || passphrase === null) {
    const hash = createHash("sha256").update(begin);
    body.on("data", (chunk) => hash.update(chunk));
    await pipeline(body, target);
    const isWhole = hash.digest().equals(proof);
    return isWhole ? { kind: "opened", header } : { kind: "refused", reason: "damaged" };
  }
  const key = makeKey(passphrase, cipher.salt);
  const opening = createDecipheriv("aes-256-gcm", key, nonceOf(cipher), {
    authTagLength: TAG_BYTES,
  });
  opening.setAAD(begin).setAuthTag(proof);
  try {
    await pipeline(body, opening, target);
    return { kind: "opened", header };
  } catch {
    // GCM does not tell a wrong key from an octet that was changed.
    return { kind: "refused", reason: "wrong-passphrase" };
  }
}

function readHeader(
  file: string,
  mark: BackupMark,
): { header: BackupHeader; begin: Buffer } | null {
  const text = readAt(file, 0, HEADER_BYTES_MAX).toString("latin1");
  const end = text.indexOf("\n", MAGIC.length);
  if (!text.startsWith(MAGIC) || end < 0) return null;
  try {
    const begin = Buffer.from(text.slice(0, end + 1), "latin1");
    const header = JSON.parse(begin.subarray(MAGIC.length).toString("utf8")) as BackupHeader;
    return typeof header[mark] === "string" ? { header, begin } : null;
  } catch {
    return null;
  }
}

function readAt(file: string, position: number, bytes: number): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, position));
  } finally {
    closeSync(descriptor);
  }
}

const randomText = (): string => randomBytes(16).toString("base64url");
/** 96 bits, as GCM has it (NIST SP 800-38D §8.2). */
const nonceOf = ({ nonce }: { nonce: string }): Buffer =>
  Buffer.from(nonce, "base64url").subarray(0, 12);
const makeKey = (passphrase: string, salt: string): Buffer =>
  scryptSync(passphrase.normalize("NFC"), Buffer.from(salt, "base64url"), KEY_BYTES, SCRYPT);

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyStore, readBoxIdentity, reviveStore, STORE_FILE } from "@foyer/branch-store";
import { type OpenedBackup, openBackup, type Sealing, writeBackup } from "./backup-file.ts";

export type BoxFolders = {
  /** box.json, keys and the store. */
  state: string;
  /** What venue IT has set. */
  configuration: string;
};

const STATE = "state";
export const CONFIGURATION = "configuration";
/**
 * Made anew by themselves, or of no use elsewhere; the store is copied in its own way. Who was online then
 * is not let in by it later.
 */
const LEFT_OUT =
  /^(recent-|gateway-sessions|foyer\.sqlite|pictures$|store-key$|before-restore|\.)|\.(lock|part)$/;

export type BackUpOptions = BoxFolders &
  Sealing & {
    file: string;
    version: string;
    at: Date;
    /** Where the state's copy is laid before it is packed: on a disk as safe as the state folder's. */
    staging: string;
    /** Does what is done in the state folder as whose it is. */
    asOwner: <T>(work: () => Promise<T>) => Promise<T>;
  };

/** Writes all that makes a box this box into one file, while it goes on. */
export async function backUp(options: BackUpOptions): Promise<void> {
  const { state, configuration, file, version, at, passphrase, asOwner } = options;
  const { boxId, branchId } = readBoxIdentity(state);
  const owners = await asOwner(async () => mkdtempSync(join(options.staging, ".backup-")));
  // Nor is what the state's owner may not read of the configuration laid where it could.
  const own = mkdtempSync(join(tmpdir(), "foyer-backup-"));
  try {
    await asOwner(async () => {
      mkdirSync(join(owners, STATE), { mode: 0o700 });
      // Under a passphrase the key goes along open: what a TPM sealed opens on no other machine.
      await copyStore(state, join(owners, STATE), { withOpenKey: passphrase !== null });
      for (const name of listOwnFiles(state))
        copyFileSync(join(state, name), join(owners, STATE, name));
    });
    const parts = ["-C", owners, STATE];
    if (existsSync(configuration)) {
      cpSync(configuration, join(own, CONFIGURATION), { recursive: true, dereference: true });
      parts.push("-C", own, CONFIGURATION);
    }
    const header = { boxId, branchId, version, at: at.toISOString() };
    await writeBackup(pack(parts), { file, passphrase, header });
  } finally {
    rmSync(own, { recursive: true, force: true });
    await asOwner(async () => rmSync(owners, { recursive: true, force: true }));
  }
}

/** What tar makes of these, as it makes it: the whole lies open on no disk. */
async function* pack(parts: readonly string[]): AsyncGenerator<Buffer> {
  const options = ["-cz", "--owner=0", "--group=0"];
  const tar = spawn("tar", [...options, ...parts], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(tar, "close");
  yield* tar.stdout;
  const [code] = await closed;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

const listOwnFiles = (state: string): string[] =>
  readdirSync(state).filter(
    (name) => !LEFT_OUT.test(name) && lstatSync(join(state, name)).isFile(),
  );

export type RestoreOptions = BoxFolders &
  Sealing & {
    file: string;
    at: Date;
    /** Ends the box's processes, once it is known that there is something to restore. */
    stop: () => void;
  };

export type Restored =
  | { kind: "restored"; boxId: string; before: string }
  | {
      kind: "refused";
      reason: Extract<OpenedBackup, { kind: "refused" }>["reason"] | "not-usable";
    };

/**
 * Makes a machine the box of a back-up. Everything is looked at before anything here is touched, while
 * guests are served; what was here is moved aside, not removed. The box begins a new epoch.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { state, configuration, file, passphrase, at, stop } = options;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const staging = mkdtempSync(join(state, ".restore-"));
  try {
    const archive = join(staging, "archive");
    const opened = await openBackup(file, { passphrase, archive, mark: "boxId" });
    if (opened.kind === "refused") return opened;
    const contents = join(staging, "contents");
    mkdirSync(contents, { mode: 0o700 });
    execFileSync("tar", ["-xzf", archive, "-C", contents, "--no-same-owner"]);
    const restored = join(contents, STATE);
    if (!isPlain(contents) || !existsSync(join(restored, STORE_FILE)))
      return { kind: "refused", reason: "not-usable" };
    const { cloudUrl: _, ...identity } = readBoxIdentity(restored);
    reviveStore({ folder: restored, identity, clock: () => at });
    stop();
    const stamp = at.toISOString().replaceAll(/[:.]/g, "-");
    const before = join(state, `before-restore-${stamp}`);
    moveInto({
      from: state,
      to: before,
      isMoved: (name) => !/^(before-restore|\.restore-)/.test(name),
    });
    moveInto({ from: restored, to: state, isMoved: () => true });
    if (existsSync(join(contents, CONFIGURATION)))
      restoreConfiguration({ from: join(contents, CONFIGURATION), to: configuration, before });
    return { kind: "restored", boxId: identity.boxId, before };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Nothing but files and folders: a link could lead what is moved out of its place. */
function isPlain(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).every(
    (entry) => entry.isFile() || entry.isDirectory(),
  );
}

/** Entry by entry: the folder itself may be where a disk is mounted. */
function moveInto(way: { from: string; to: string; isMoved: (name: string) => boolean }): void {
  mkdirSync(way.to, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(way.from).filter(way.isMoved))
    renameSync(join(way.from, name), join(way.to, name));
}

/** Another disk than the state's may hold it, so it is copied. */
function restoreConfiguration(way: { from: string; to: string; before: string }): void {
  const { from, to, before } = way;
  if (existsSync(to)) cpSync(to, join(before, CONFIGURATION), { recursive: true });
  cpSync(from, to, { recursive: true });
}

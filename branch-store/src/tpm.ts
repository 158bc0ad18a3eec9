import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The kernel's resource manager: several processes may speak to the TPM at once. */
const DEVICE = "/dev/tpmrm0";
const ANSWER_MILLISECONDS = 30_000;

/**
 * Where tpm2-tools find the TPM, as their option --tcti has it (tpm2-tools, man/common/tcti.md).
 */
export type Tpm = { tcti: string };

export type TpmState =
  | { kind: "ready"; tpm: Tpm }
  | { kind: "none" }
  /** There is one, and it cannot be used: in words, with what to do. */
  | { kind: "unusable"; reason: string };

/** What one TPM alone can open, as tpm2_create writes it: base64. */
export type SealedByTpm = Tpm & { public: string; private: string };

export type Unsealed = { kind: "secret"; secret: Buffer } | { kind: "refused"; reason: string };

/** Whether this machine has a TPM 2.0 that this process may use. */
export function findTpm(device = DEVICE): TpmState {
  if (!mayUse(device, constants.F_OK)) return { kind: "none" };
  if (!mayUse(device, constants.R_OK | constants.W_OK))
    return { kind: "unusable", reason: `${device} may not be used: put this user into group tss` };
  const tpm = { tcti: `device:${device}` };
  const asked = runTool("tpm2_getcap", tpm, { options: ["properties-fixed"] });
  return asked.kind === "done"
    ? { kind: "ready", tpm }
    : { kind: "unusable", reason: asked.reason };
}

function mayUse(device: string, mode: number): boolean {
  try {
    accessSync(device, mode);
    return true;
  } catch {
    return false;
  }
}

/**
 * By whom a secret may be opened: this TPM alone (`fixedtpm`, `fixedparent`), without a password, which would
 * lie on the same disk, and without wrong tries that could lock it (`noda`). Not by the state of the boot
 * (PCRs): a firmware's update would shut the box out, with nobody there, and whoever carries away the whole
 * box boots it as it is.
 */
const ATTRIBUTES = "fixedtpm|fixedparent|noda|userwithauth";
/** The same key each time, from the owner's seed: nothing is kept in the TPM (TPM 2.0 Part 1, §14). */
const PRIMARY = ["-Q", "-C", "o", "-G", "ecc", "-g", "sha256", "-c", "primary.ctx"];

/** Throws in words where the TPM does not take it. */
export function sealByTpm(tpm: Tpm, secret: Buffer): SealedByTpm {
  return inFolder((cwd) => {
    const create = ["-Q", "-C", "primary.ctx", "-i", "-", "-u", "public", "-r", "private"];
    run("tpm2_createprimary", tpm, { cwd, options: PRIMARY });
    run("tpm2_create", tpm, { cwd, options: [...create, "-a", ATTRIBUTES], input: secret });
    const read = (name: string) => readFileSync(join(cwd, name)).toString("base64");
    return { tcti: tpm.tcti, public: read("public"), private: read("private") };
  });
}

export function unsealByTpm(sealed: SealedByTpm): Unsealed {
  return inFolder((cwd) => {
    for (const name of ["public", "private"] as const)
      writeFileSync(join(cwd, name), Buffer.from(sealed[name], "base64"), { mode: 0o600 });
    const load = ["-Q", "-C", "primary.ctx", "-u", "public", "-r", "private", "-c", "sealed.ctx"];
    try {
      run("tpm2_createprimary", sealed, { cwd, options: PRIMARY });
      run("tpm2_load", sealed, { cwd, options: load });
      const secret = run("tpm2_unseal", sealed, { cwd, options: ["-c", "sealed.ctx"] });
      return { kind: "secret", secret };
    } catch (error) {
      return { kind: "refused", reason: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** What the tools write on the way; nothing in it is of use without the TPM. */
function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "foyer-tpm-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Run = { cwd?: string; options: readonly string[]; input?: Buffer };

/** Without a resource manager, as before a simulated TPM, what was loaded stays: it has room for three. */
function run(tool: string, tpm: Tpm, call: Run): Buffer {
  const done = runTool(tool, tpm, call);
  if (done.kind === "failed") throw new Error(done.reason);
  if (tool !== "tpm2_getcap") runTool("tpm2_flushcontext", tpm, { options: ["-t"] });
  return done.output;
}

type Done = { kind: "done"; output: Buffer } | { kind: "failed"; reason: string };

function runTool(tool: string, { tcti }: Tpm, { cwd, options, input }: Run): Done {
  const { status, stdout, stderr, error } = spawnSync(tool, ["-T", tcti, ...options], {
    ...{ timeout: ANSWER_MILLISECONDS, ...(cwd && { cwd }), ...(input && { input }) },
  });
  if (error && "code" in error && error.code === "ENOENT")
    return { kind: "failed", reason: `${tool} is missing: install tpm2-tools` };
  if (error) return { kind: "failed", reason: `${tool} gave no answer: ${error.message}` };
  if (status === 0) return { kind: "done", output: stdout };
  const said = stderr
    .toString("utf8")
    .split("\n")
    .findLast((line) => line.startsWith("ERROR: E"));
  return {
    kind: "failed",
    reason: `${tool} failed: ${said?.slice("ERROR: ".length) ?? "no reason"}`,
  };
}

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, type Running, run, start, tryRun } from "../lab/processes.ts";
import { askUntil } from "./test-cloud.ts";

/** What makes and boots a Debian, and the package each comes in. */
const PACKAGES: Readonly<Record<string, string>> = {
  debootstrap: "debootstrap",
  "systemd-nspawn": "systemd-container",
  nsenter: "util-linux",
};
const PREFIX = "foyer-clean-root";
const INCLUDED = "systemd,systemd-sysv,dbus,ca-certificates,iproute2";
const DEBOOTSTRAP_MILLISECONDS = 600_000;
const BOOT_MILLISECONDS = 90_000;
const COMMAND_MILLISECONDS = 280_000;

/** A Debian as its installer leaves it, booted with its own systemd, and no network but its loopback. */
export type CleanRoot = {
  folder: string;
  /** Runs a command in it, as root. */
  tryRun: (...command: string[]) => Promise<Finished>;
  /** As tryRun, and throws what it said where it does not end well. */
  run: (...command: string[]) => Promise<string>;
  /** Starts a program of this machine's, with this machine's files, in the root's network. */
  startInNetwork: (...command: string[]) => Running;
  /** What stands on its screen. */
  readScreen: () => string;
  close: () => Promise<void>;
};

/** Why none can be made here, and what would help; null: one can. */
export async function findWhyNoCleanRoot(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "a root of its own needs root";
  const missing: string[] = [];
  for (const [command, name] of Object.entries(PACKAGES)) {
    const found = await tryRun("sh", ["-c", `command -v ${command}`]);
    if (found.code !== 0) missing.push(name);
  }
  if (missing.length > 0) return `missing Debian packages: apt-get install ${missing.join(" ")}`;
  const overlay = readFileSync("/proc/filesystems", "utf8").includes("\toverlay");
  return overlay ? null : "the kernel has no overlayfs";
}

/**
 * debootstrap takes half a minute, and its result is kept in the folder for temporary files: what is
 * tried is laid over it and thrown away.
 */
async function findBase(suite: string, packages: readonly string[]): Promise<string> {
  const base = join(tmpdir(), ["foyer-debian", suite, ...packages].join("-"));
  if (existsSync(base)) return base;
  const part = mkdtempSync(`${base}.part-`);
  const wanted = [
    "--variant=minbase",
    `--include=${[INCLUDED, ...packages].join(",")}`,
    suite,
    part,
  ];
  const made = await tryRun("debootstrap", wanted, DEBOOTSTRAP_MILLISECONDS);
  if (made.code !== 0) {
    rmSync(part, { recursive: true, force: true });
    throw new Error(`debootstrap ${suite} failed: ${made.stdout.slice(-2000)}`);
  }
  // Another run may have been faster.
  if (existsSync(base)) rmSync(part, { recursive: true });
  else renameSync(part, base);
  return base;
}

/**
 * `shown` are folders of this machine that are seen there, by their path there; nobody writes to them.
 * `packages` are there besides what an installer leaves.
 */
export async function openCleanRoot(
  suite: string,
  shown: Readonly<Record<string, string>> = {},
  packages: readonly string[] = [],
): Promise<CleanRoot> {
  await sweep();
  const base = await findBase(suite, packages);
  const place = mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`));
  const [upper, work, folder] = ["upper", "work", "root"].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [upper, work, folder]) mkdirSync(each, { mode: 0o755 });
  const layers = `lowerdir=${base},upperdir=${upper},workdir=${work}`;
  await run("mount", "-t", "overlay", "foyer-clean-root", "-o", layers, folder);
  let machine: Running | null = null;
  const close = async () => {
    await machine?.stop();
    await tryRun("umount", ["-l", folder]);
    rmSync(place, { recursive: true, force: true });
  };
  try {
    const current = boot(folder, shown);
    machine = current;
    const leader = await findLeader(current, folder);
    const enter = (...command: string[]) =>
      tryRun("nsenter", inside(leader, command), COMMAND_MILLISECONDS);
    await untilBooted(current, enter);
    return {
      ...{ folder, tryRun: enter, readScreen: () => current.output(), close },
      startInNetwork: (...command) =>
        start("nsenter", "-t", String(leader), "-n", "--", ...command),
      run: async (...command) => {
        const { code, stdout, stderr } = await enter(...command);
        if (code === 0) return stdout;
        throw new Error(`${command.join(" ")} ended with ${code}: ${stdout}${stderr}`);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Takes away what runs that were killed have left. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    await tryRun("umount", ["-l", join(tmpdir(), name, "root")]);
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function boot(folder: string, shown: Readonly<Record<string, string>>): Running {
  // systemd 257 refuses to boot on the older kind of cgroups unless it is told to: its NEWS for 256.
  const legacy = "--setenv=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1";
  const own = ["--register=no", "--keep-unit", "--private-network", "--console=read-only", legacy];
  const binds = Object.entries(shown).map(([there, here]) => `--bind-ro=${here}:${there}`);
  return start("systemd-nspawn", ...own, ...binds, "--directory", folder, "--boot");
}

/** The process that is the first one inside. */
async function findLeader(machine: Running, folder: string): Promise<number> {
  const find = async () => {
    const { stdout } = await tryRun("pgrep", ["-f", "-x", `.*systemd-nspawn .*${folder} --boot`]);
    for (const nspawn of stdout.split("\n").filter((each) => /^\d+$/.test(each))) {
      const children = await tryRun("pgrep", ["-P", nspawn, "-x", "systemd"]);
      if (children.code === 0) return Number(children.stdout.trim());
    }
    return 0;
  };
  const leader = await askUntil(find, (pid) => pid > 0, BOOT_MILLISECONDS);
  if (leader === 0) throw new Error(`the machine did not boot: ${machine.output()}`);
  return leader;
}

const PLAIN = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
const inside = (leader: number, command: readonly string[]): string[] => [
  ...["-t", String(leader), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w"],
  ...["--", ...PLAIN, "LANG=C.UTF-8", ...command],
];

async function untilBooted(
  machine: Running,
  enter: (...command: string[]) => Promise<Finished>,
): Promise<void> {
  const ask = async () => (await enter("systemctl", "is-system-running")).stdout.trim();
  const isUp = (state: string) => state === "running" || state === "degraded";
  const state = await askUntil(ask, isUp, BOOT_MILLISECONDS);
  if (!isUp(state)) throw new Error(`the machine is ${state || "silent"}: ${machine.output()}`);
}

/** Lays a tarball into the /srv of a root, and answers its path inside. */
export function bringInto(root: CleanRoot, file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  execFileSync("cp", [file, join(root.folder, "srv", name)]);
  return `/srv/${name}`;
}

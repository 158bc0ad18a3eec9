import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { runBackup, runEnrol, runRestore } from "./box-commands.ts";
import { readLanguage } from "./config.ts";
import { runDoctor } from "./doctor.ts";
import { GATEWAY_UNITS, SERVICES, SETUP_UNIT, unitOf } from "./host.ts";
import {
  runInstallFrom,
  runRollBack,
  runSettle,
  runUninstall,
  runUpgrade,
} from "./install-commands.ts";
import { readManifest } from "./manifest.ts";
import { runStatus } from "./status.ts";
import { say } from "./words.ts";

// The commands of venue IT. Exit code 0: all is well; 1: something is wrong; 2: it was asked wrongly.

const RELEASE = `${import.meta.dirname}/../..`;

export type CommandLine = {
  words: string[];
  flags: {
    cloud?: string | undefined;
    "passphrase-file"?: string | undefined;
    "portal-origin"?: string | undefined;
    gateway?: string | undefined;
    "remove-state"?: boolean | undefined;
    yes?: boolean | undefined;
    follow?: boolean | undefined;
  };
};

/** The exit code; null: it was asked wrongly. */
type Command = (given: CommandLine) => number | null | Promise<number | null>;

const COMMANDS: Readonly<Record<string, Command>> = {
  "install-from": runInstallFrom,
  upgrade: runUpgrade,
  rollback: runRollBack,
  settle: runSettle,
  uninstall: runUninstall,
  status: runStatus,
  doctor: runDoctor,
  enrol: runEnrol,
  backup: runBackup,
  restore: runRestore,
  log: ({ flags, words }) => {
    const more = flags.follow ? ["-f"] : ["-n", words[0] ?? "200", "--no-pager"];
    const units = [SETUP_UNIT, ...SERVICES.map(unitOf), ...GATEWAY_UNITS].flatMap((unit) => [
      "-u",
      unit,
    ]);
    const told = spawnSync("journalctl", [...units, ...more], { stdio: "inherit" });
    return told.status ?? 1;
  },
  version: () => {
    console.log(readManifest(RELEASE)?.version ?? "checkout");
    return 0;
  },
  help: () => {
    console.log(say(readLanguage(), { kind: "help" }));
    return 0;
  },
};

function readCommandLine(): CommandLine & { name: string } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      cloud: { type: "string" },
      "passphrase-file": { type: "string" },
      "portal-origin": { type: "string" },
      gateway: { type: "string" },
      "remove-state": { type: "boolean" },
      yes: { type: "boolean" },
      follow: { type: "boolean", short: "f" },
    },
  });
  const [name = "help", ...words] = positionals;
  return { name, words, flags: values };
}

async function main(): Promise<number> {
  let given: ReturnType<typeof readCommandLine>;
  try {
    given = readCommandLine();
  } catch (error) {
    console.error(`foyer: ${(error as Error).message}`);
    return 2;
  }
  const command = COMMANDS[given.name];
  if (!command) {
    console.error(say(readLanguage(), { kind: "help" }));
    return 2;
  }
  try {
    const code = await command(given);
    if (code !== null) return code;
    console.error(say(readLanguage(), { kind: "help" }));
    return 2;
  } catch (error) {
    // What the system refused is said as it said it; a stack helps nobody before a box.
    console.error(`foyer: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

process.exitCode = await main();

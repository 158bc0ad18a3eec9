import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { BOX } from "./box.ts";
import { runBackup, runEnrol, runRestore } from "./box-commands.ts";
import { readLanguage } from "./config.ts";
import { runDoctor } from "./doctor.ts";
import { GATEWAY_UNITS, SERVICES, SETUP_UNIT, UPGRADE_UNITS, unitOf } from "./host.ts";
import {
  runInstallFrom,
  runRollBack,
  runSettle,
  runUninstall,
  runUpgrade,
} from "./install-commands.ts";
import { readManifest } from "./manifest.ts";
import { runRadsec } from "./radsec-commands.ts";
import { type Commands, runCommand } from "./run-command.ts";
import { runStatus } from "./status.ts";
import { runTakeOffer, tellCutOffer } from "./take-offer.ts";
import { runTrust } from "./trust.ts";
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
    into?: string | undefined;
    "remove-state"?: boolean | undefined;
    yes?: boolean | undefined;
    follow?: boolean | undefined;
    help?: boolean | undefined;
  };
};

const COMMANDS: Commands<CommandLine> = {
  "install-from": (given) => runInstallFrom(BOX, given),
  upgrade: (given) => runUpgrade(BOX, given),
  rollback: () => runRollBack(BOX),
  settle: async () => {
    const code = await runSettle(BOX);
    await tellCutOffer(BOX);
    return code;
  },
  "take-offer": () => runTakeOffer(BOX),
  uninstall: (given) => runUninstall(BOX, given),
  status: runStatus,
  doctor: runDoctor,
  enrol: runEnrol,
  backup: runBackup,
  restore: runRestore,
  radsec: runRadsec,
  trust: (given) => runTrust(BOX, given),
  log: ({ flags, words }) => {
    const more = flags.follow ? ["-f"] : ["-n", words[0] ?? "200", "--no-pager"];
    const all = [SETUP_UNIT, ...SERVICES.map(unitOf), ...GATEWAY_UNITS, ...UPGRADE_UNITS];
    const units = all.flatMap((unit) => ["-u", unit]);
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
      into: { type: "string" },
      "remove-state": { type: "boolean" },
      yes: { type: "boolean" },
      follow: { type: "boolean", short: "f" },
      help: { type: "boolean", short: "h" },
    },
  });
  const [name = "help", ...words] = positionals;
  return { name: values.help ? "help" : name, words, flags: values };
}

process.exitCode = await runCommand(COMMANDS, readCommandLine, () =>
  console.error(say(readLanguage(), { kind: "help" })),
);

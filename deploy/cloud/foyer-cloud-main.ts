import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import {
  runInstallFrom,
  runRollBack,
  runSettle,
  runUninstall,
  runUpgrade,
} from "../box/install-commands.ts";
import { readManifest } from "../box/manifest.ts";
import { type Commands, runCommand } from "../box/run-command.ts";
import { CLOUD } from "./cloud.ts";
import {
  runCloudBackup,
  runCloudMove,
  runCloudRestore,
  runCloudStatus,
  runCloudTrust,
  runOperator,
} from "./cloud-commands.ts";
import { WEB_UNIT, WORKER_UNIT } from "./places.ts";

// The commands of whoever runs a cloud.

const RELEASE = `${import.meta.dirname}/../..`;

export type CloudCommandLine = {
  words: string[];
  flags: {
    origin?: string | undefined;
    "passphrase-file"?: string | undefined;
    "remove-state"?: boolean | undefined;
    yes?: boolean | undefined;
    follow?: boolean | undefined;
    help?: boolean | undefined;
  };
};

const showHelp = () => console.error(CLOUD.say({ kind: "help" }));

const COMMANDS: Commands<CloudCommandLine> = {
  "install-from": (given) => runInstallFrom(CLOUD, given),
  upgrade: (given) => runUpgrade(CLOUD, given),
  rollback: () => runRollBack(CLOUD),
  settle: () => runSettle(CLOUD),
  uninstall: (given) => runUninstall(CLOUD, given),
  status: runCloudStatus,
  backup: runCloudBackup,
  restore: runCloudRestore,
  move: runCloudMove,
  trust: runCloudTrust,
  operator: runOperator,
  log: ({ flags, words }) => {
    const more = flags.follow ? ["-f"] : ["-n", words[0] ?? "200", "--no-pager"];
    const units = [WEB_UNIT, WORKER_UNIT].flatMap((unit) => ["-u", unit]);
    return spawnSync("journalctl", [...units, ...more], { stdio: "inherit" }).status ?? 1;
  },
  version: () => {
    console.log(readManifest(RELEASE)?.version ?? "checkout");
    return 0;
  },
  help: () => {
    console.log(CLOUD.say({ kind: "help" }));
    return 0;
  },
};

function readCommandLine(): CloudCommandLine & { name: string } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      origin: { type: "string" },
      "passphrase-file": { type: "string" },
      "remove-state": { type: "boolean" },
      yes: { type: "boolean" },
      follow: { type: "boolean", short: "f" },
      help: { type: "boolean", short: "h" },
    },
  });
  const [name = "help", ...words] = positionals;
  return { name: values.help ? "help" : name, words, flags: values };
}

process.exitCode = await runCommand(COMMANDS, readCommandLine, showHelp);

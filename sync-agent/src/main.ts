import { openSupervisor } from "@foyer/branch-store";
import { startSyncAgent } from "./agent.ts";
import { readConfig } from "./config.ts";
import { holdFolder } from "./hold-folder.ts";
import { describeSealing, sealStoreKey } from "./store-key.ts";

const read = readConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`sync-agent: ${fault}`);
  process.exit(1);
}
const { stateFolder: keyFolder } = read.config;
const held = holdFolder(keyFolder);
if (held.kind === "refused") {
  console.error(`sync-agent: ${held.reason}`);
  process.exit(1);
}
// A box that has been given a TPM, or the tools for it, since the last start.
const sealing = sealStoreKey(keyFolder);
if (typeof sealing === "object") console.error(`sync-agent: ${describeSealing(sealing)}`);
const agent = await startSyncAgent({ ...read.config, keyFolder });
const supervisor = openSupervisor(read.config.supervision);
supervisor.tellReady();
let isClosing = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    supervisor.tellStopping();
    void agent.close();
  });

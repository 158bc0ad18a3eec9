import { startSyncAgent } from "./agent.ts";
import { readConfig } from "./config.ts";
import { holdFolder } from "./hold-folder.ts";

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
const agent = await startSyncAgent({ ...read.config, keyFolder });
let isClosing = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    void agent.close();
  });

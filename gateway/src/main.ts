import { openSupervisor } from "@foyer/branch-store";
import { readConfig } from "./config.ts";
import { openLog } from "./log.ts";
import { startGateway } from "./run-gateway.ts";

const read = readConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`gateway: ${fault}`);
  process.exit(1);
}
const gateway = await startGateway(read.config, openLog("gateway", read.config.logLevel));
const supervisor = openSupervisor(read.config.supervision);
supervisor.tellReady();
let isClosing = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    supervisor.tellStopping();
    void gateway.close();
  });

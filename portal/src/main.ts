import { openSupervisor } from "@foyer/branch-store";
import { readConfig } from "./config.ts";
import { startPortal } from "./start.ts";

const read = readConfig();
if (read.kind === "invalid") {
  for (const fault of read.faults) process.stderr.write(`portal: ${fault}\n`);
  process.exit(1);
}
const supervisor = openSupervisor(read.config.supervision);
try {
  const portal = await startPortal(read.config);
  supervisor.tellReady();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      supervisor.tellStopping();
      portal.close().then(() => process.exit(0));
    });
} catch (error) {
  // A taken port, or a box that is not enrolled yet: a sentence helps, a stack does not.
  process.stderr.write(`portal: ${(error as Error).message}\n`);
  process.exit(1);
}

import { readConfig } from "./config.ts";
import { startPortal } from "./start.ts";

const read = readConfig();
if (read.kind === "invalid") {
  for (const fault of read.faults) process.stderr.write(`${fault}\n`);
  process.exit(1);
}
const portal = await startPortal(read.config);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    portal.close().then(() => process.exit(0));
  });

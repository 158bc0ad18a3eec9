import { readConfig } from "./config.ts";
import { startCloud } from "./start.ts";

const cloud = await startCloud(readConfig());
if (cloud.firstSignInUrl)
  process.stdout.write(`Make the first account, once, at ${cloud.firstSignInUrl}\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await cloud.close();
    process.exit(0);
  });

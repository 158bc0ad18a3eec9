import { readConfig } from "./config.ts";
import { runCloud } from "./run.ts";

await runCloud(() => readConfig());

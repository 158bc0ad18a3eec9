import { openSupervisor } from "@foyer/branch-store";
import { runCloud } from "@foyer/cloud-api";
import { readCloudConfig, readOwnSupervision } from "./config.ts";

// The cloud as systemd runs it: told that it is ready, that it lives, and that it ends.
await runCloud(
  () => readCloudConfig(process.argv[2] ?? null),
  openSupervisor(readOwnSupervision()),
);

import { readSupervision, type Supervision } from "@foyer/branch-store";
import { type CloudConfig, readConfig } from "@foyer/cloud-api";
import { readText } from "../box/host.ts";
import { readAssignments } from "../box/host-rules.ts";
import { CLOUD_PLACES } from "./places.ts";

export const readOwnSupervision = (): Supervision | null => readSupervision(process.env);

/** As the environment says; a unit that is for one role alone names it. */
export function readCloudConfig(role: string | null): Readonly<CloudConfig> {
  return readConfig({ ...process.env, ...(role !== null && { FOYER_CLOUD_ROLE: role }) });
}

/** What the services are told: the file of /etc/foyer-cloud, as systemd reads it, and what their units set. */
export function readInstalledVariables(
  text = readText(CLOUD_PLACES.environment) ?? "",
): Record<string, string> {
  return {
    FOYER_DATA_FOLDER: CLOUD_PLACES.state,
    ...Object.fromEntries(readAssignments(text)),
  };
}

export const readInstalledConfig = (): Readonly<CloudConfig> =>
  readConfig(readInstalledVariables());

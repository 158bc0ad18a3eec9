import { join } from "node:path";
import { readBoxIdentity, readSupervision, type Supervision } from "@foyer/branch-store";
import {
  type Environment,
  portReader,
  type Read,
  RUNTIME_FOLDER,
  readCommon,
} from "./filter/config.ts";

/** What the gateway, which speaks with radius and the portal, is told. */
export type GatewayConfig = Readonly<{
  stateFolder: string;
  filterSocket: string;
  guestInterface: string;
  gatewayIp: string;
  redirectPort: number;
  portalOrigin: string;
  authPort: number;
  acctPort: number;
  logLevel: string;
  supervision: Supervision | null;
}>;

/** Reads the environment and box.json; all faults are told together. */
export function readConfig(environment: Environment = process.env): Read<GatewayConfig> {
  const faults: string[] = [];
  const { guestInterface, gatewayIp, redirectPort, logLevel } = readCommon(environment, faults);
  const port = portReader(environment, faults);
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const identityFault = findIdentityFault(stateFolder);
  if (identityFault) faults.push(identityFault);
  const portalOrigin = environment.FOYER_PORTAL_ORIGIN ?? "";
  if (URL.parse(portalOrigin)?.origin !== portalOrigin)
    faults.push(`FOYER_PORTAL_ORIGIN is "${portalOrigin}": what guests' browsers call the portal`);
  const runtimeFolder = environment.FOYER_GATEWAY_RUNTIME_FOLDER || RUNTIME_FOLDER;
  const ports = {
    authPort: port("FOYER_RADIUS_AUTH_PORT", "1812"),
    acctPort: port("FOYER_RADIUS_ACCT_PORT", "1813"),
  };
  if (faults.length > 0) return { kind: "faults", faults };
  const config = {
    ...{ stateFolder, guestInterface, gatewayIp, redirectPort, portalOrigin, logLevel, ...ports },
    filterSocket: join(runtimeFolder, "filter.sock"),
    supervision: readSupervision(environment),
  };
  return { kind: "config", config: Object.freeze(config) };
}

function findIdentityFault(stateFolder: string): string | null {
  if (stateFolder === "") return "FOYER_STATE_FOLDER is not set: the box's state folder";
  try {
    readBoxIdentity(stateFolder);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

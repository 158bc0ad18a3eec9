import { existsSync } from "node:fs";
import { findSettings, openBranchReader } from "@foyer/branch-store";
import { readConfig, readFilterConfig } from "@foyer/gateway";
import { asBoxUser } from "./as-box-user.ts";
import type { BoxEnvironment } from "./config.ts";
import { listMissingPackages, readGateway } from "./gateway-mode.ts";
import type { ExaminedGateway } from "./gateway-rules.ts";
import { FILTER_UNIT, GATEWAY_UNITS, PLACES, readText, succeeds } from "./host.ts";
import { isEnrolled, showUnit } from "./look.ts";

/** Null: this box is no gateway. */
export async function lookAtGateway(environment: BoxEnvironment): Promise<ExaminedGateway | null> {
  const gateway = readGateway();
  if (!gateway) return null;
  const { guestInterface, address, isLineKnown } = gateway;
  const portalHost = URL.parse(environment.portalOrigin)?.hostname ?? "";
  const link = `/sys/class/net/${guestInterface}`;
  // The gateway itself waits until there is somebody to let in; the packet filter does not.
  const units = GATEWAY_UNITS.filter((unit) => unit === FILTER_UNIT || isEnrolled());
  const states = units.map((unit) => ({
    ...{ unit, state: showUnit(unit, "ActiveState").ActiveState ?? "unknown" },
  }));
  return {
    ...{ guestInterface, address, isLineKnown, portalHost },
    hasInterface: existsSync(link),
    hasCarrier: readCarrier(`${link}/carrier`) === "1",
    missingPackages: listMissingPackages(),
    settingFaults: isEnrolled()
      ? listGatewaySettingFaults({ ...environment.variables, ...gateway.variables })
      : [],
    down: states.filter(({ state }) => state !== "active"),
    hasRules: succeeds("nft", "list", "table", "inet", "foyer_gateway"),
    isForwarding: readText("/proc/sys/net/ipv4/ip_forward")?.trim() === "1",
    // What a look at the store makes beside it has to be the box's own user's.
    isInSettings: await asBoxUser(async () => findInSettings()),
  };
}

/** By the own readers of both processes, with what systemd will give them; what both say is said once. */
export function listGatewaySettingFaults(variables: Readonly<Record<string, string>>): string[] {
  const read = [readFilterConfig(variables), readConfig(variables)];
  return [...new Set(read.flatMap((each) => (each.kind === "faults" ? each.faults : [])))];
}

/** An interface that is down cannot be asked (EINVAL). */
function readCarrier(path: string): string {
  try {
    return readText(path)?.trim() ?? "";
  } catch {
    return "";
  }
}

function findInSettings(): boolean | null {
  try {
    const store = openBranchReader({ folder: PLACES.state, clock: () => new Date() });
    const settings = store.read(findSettings);
    store.close();
    return settings ? settings.nas.some(({ kind }) => kind === "gateway") : null;
  } catch {
    // Its own findings say what is wrong with the store.
    return null;
  }
}

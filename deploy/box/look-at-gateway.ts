import { existsSync } from "node:fs";
import { findSettings, openBranchReader } from "@foyer/branch-store";
import { findDoubts } from "@foyer/gateway";
import { asBoxUser } from "./as-box-user.ts";
import { listMissingPackages, readGateway } from "./gateway-mode.ts";
import type { ExaminedGateway } from "./gateway-rules.ts";
import { GATEWAY_UNITS, PLACES, readText, succeeds } from "./host.ts";
import { showUnit } from "./look.ts";

/** Null: this box is no gateway. */
export async function lookAtGateway(portalHost: string): Promise<ExaminedGateway | null> {
  const gateway = readGateway();
  if (!gateway) return null;
  const { guestInterface, address, isLineKnown } = gateway;
  const link = `/sys/class/net/${guestInterface}`;
  const states = GATEWAY_UNITS.map((unit) => ({
    ...{ unit, state: showUnit(unit, "ActiveState").ActiveState ?? "unknown" },
  }));
  return {
    ...{ guestInterface, address, isLineKnown, portalHost },
    hasInterface: existsSync(link),
    hasCarrier: readCarrier(`${link}/carrier`) === "1",
    missingPackages: listMissingPackages(),
    down: states.filter(({ state }) => state !== "active"),
    hasRules: succeeds("nft", "list", "table", "inet", "foyer_gateway"),
    isForwarding: readText("/proc/sys/net/ipv4/ip_forward")?.trim() === "1",
    doubts: lookAtDoubts(new Date()),
    // What a look at the store makes beside it has to be the box's own user's.
    isInSettings: await asBoxUser(async () => findInSettings()),
  };
}

/** What was long ago says nothing of who is there now. */
const DOUBTS_TOLD_HOURS = 7 * 24;
const HOUR_MS = 60 * 60 * 1000;

function lookAtDoubts(now: Date): ExaminedGateway["doubts"] {
  const found = findDoubts(PLACES.state);
  if (!found) return null;
  const hoursAgo = Math.floor((now.getTime() - Date.parse(found.lastAt)) / HOUR_MS);
  return hoursAgo >= 0 && hoursAgo < DOUBTS_TOLD_HOURS ? { times: found.times, hoursAgo } : null;
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

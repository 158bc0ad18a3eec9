import { readBoxIdentity } from "@foyer/branch-store";
import { readLanguage } from "./config.ts";
import { readGateway } from "./gateway-mode.ts";
import { findVersion, GATEWAY_UNITS, PLACES, SERVICES, unitOf } from "./host.ts";
import { isEnrolled, showUnit } from "./look.ts";
import { say, type Word } from "./words.ts";

/** What runs here, a line each. 0: all of it does. */
export function runStatus(): number {
  const print = (word: Word) => console.log(say(readLanguage(), word));
  const version = findVersion(PLACES.current);
  if (version === null) {
    print({ kind: "not-installed" });
    return 1;
  }
  print({ kind: "status-release", version, former: findVersion(PLACES.former) });
  if (!isEnrolled()) {
    print({ kind: "not-enrolled" });
    return 1;
  }
  const { boxId, cloudUrl } = readBoxIdentity(PLACES.state);
  print({ kind: "status-box", boxId, cloudUrl });
  const gateway = readGateway() ? GATEWAY_UNITS : [];
  const states = [...SERVICES.map(unitOf), ...gateway].map((unit) => {
    const service = unit.replace(/^foyer-|\.service$/g, "");
    const shown = showUnit(unit, "ActiveState", "SubState", "MemoryCurrent");
    const state = `${shown.ActiveState} (${shown.SubState})`;
    // Where the kernel counts no memory, as Raspberry Pi OS unless it is told to: [not set].
    const bytes = Number(shown.MemoryCurrent);
    const megabytes = Number.isSafeInteger(bytes) ? Math.round(bytes / 1024 / 1024) : null;
    print({ kind: "status-service", service, state, megabytes });
    return shown.ActiveState;
  });
  return states.every((state) => state === "active") ? 0 : 1;
}

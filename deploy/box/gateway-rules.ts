/** What the doctor has looked at where the box is its own access controller. */
export type ExaminedGateway = {
  guestInterface: string;
  hasInterface: boolean;
  /** A cable is in, or a bridge has one that is. */
  hasCarrier: boolean;
  missingPackages: readonly string[];
  /** What either process would say of its settings before it ends. */
  settingFaults: readonly string[];
  /** The units that do not run. */
  down: readonly { unit: string; state: string }[];
  hasRules: boolean;
  isForwarding: boolean;
  /** What the line carries is known, and guests share it evenly. */
  isLineKnown: boolean;
  /** Where guests would be led, and where the box is for them. */
  portalHost: string;
  address: string;
  /** Null: the box has no settings yet. */
  isInSettings: boolean | null;
};

export type GatewayFinding =
  | { kind: "gateway-packages"; packages: readonly string[] }
  | { kind: "gateway-interface"; guestInterface: string }
  | { kind: "gateway-cable"; guestInterface: string }
  | { kind: "gateway-setting"; fault: string }
  | { kind: "gateway-down"; unit: string; state: string }
  | { kind: "gateway-rules" | "gateway-forwarding" | "gateway-settings" | "gateway-line" }
  | { kind: "gateway-origin"; portalHost: string; address: string }
  | { kind: "gateway-right"; guestInterface: string };

/** Which setting a process refuses: what its sentence begins with, or all of that. */
export const settingOf = ({ fault }: { fault: string }): string =>
  /^FOYER_\w+/.exec(fault)?.[0] ?? fault;

/**
 * The first link of the chain that is broken: what hangs on it says nothing of its own. `told`: settings that
 * other processes refuse as well, which are told of with those.
 */
export function judgeGateway(
  found: ExaminedGateway | null,
  told: ReadonlySet<string>,
): GatewayFinding[] {
  if (!found) return [];
  const { guestInterface, missingPackages: packages, portalHost, address } = found;
  if (packages.length > 0) return [{ kind: "gateway-packages", packages }];
  if (!found.hasInterface) return [{ kind: "gateway-interface", guestInterface }];
  if (found.settingFaults.length > 0)
    return found.settingFaults
      .filter((fault) => !told.has(settingOf({ fault })))
      .map((fault) => ({ kind: "gateway-setting", fault }));
  const findings: GatewayFinding[] = found.down.map((each) => ({ kind: "gateway-down", ...each }));
  if (findings.length === 0 && !found.hasRules) findings.push({ kind: "gateway-rules" });
  if (findings.length === 0 && !found.isForwarding) findings.push({ kind: "gateway-forwarding" });
  if (!found.hasCarrier) findings.push({ kind: "gateway-cable", guestInterface });
  const isName = !/^[\d.]+$/.test(portalHost);
  if (portalHost !== address && !isName)
    findings.push({ kind: "gateway-origin", portalHost, address });
  if (found.isInSettings === false) findings.push({ kind: "gateway-settings" });
  if (findings.length > 0) return findings;
  return [
    { kind: "gateway-right", guestInterface },
    ...(found.isLineKnown ? [] : [{ kind: "gateway-line" } as const]),
  ];
}

import { type DeviceLink, openDeviceLink } from "@foyer/branch-store";
import type { CiscoCwaNas, GatewayNas, Nas } from "@foyer/contract";
import type { Arrival, HandOffRequest, Reading } from "./adapter.ts";

type LinkedNas = CiscoCwaNas | GatewayNas;

/**
 * An arrival by a parameter in which the box itself has sealed the device, under the secret of a NAS of
 * that kind. What stands behind it in the address is anybody's.
 */
export function readDeviceLink<N extends LinkedNas>(
  request: HandOffRequest,
  nasList: readonly Nas[],
  how: {
    kind: N["kind"];
    parameter: string;
    /** Where the device is, and what that proves. */
    place: (link: DeviceLink, nas: N) => Pick<Arrival, "ip" | "proof">;
  },
): Reading {
  const { query } = request;
  const text = query.get(how.parameter) ?? "";
  for (const nas of nasList.filter((each): each is N => each.kind === how.kind)) {
    const link = openDeviceLink(nas.redirectSecret, text);
    if (!link) continue;
    return {
      kind: "arrival",
      arrival: {
        ...{ nasId: nas.id, nasKind: nas.kind, mac: link.mac },
        ...how.place(link, nas),
        ...{ state: "asks", failure: null, originalUrl: null, handBack: {} },
      },
      handOffId: `${nas.id}/${text}`,
      vouchedAt: link.at,
    };
  }
  const reason = `no NAS of kind ${how.kind} is registered that this link was sealed for`;
  return { kind: "refused", reason };
}

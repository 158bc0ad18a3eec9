import type { GuestNetwork } from "../src/filter/network.ts";

/** A guests' network as an installed box has it. */
export const guestNetwork: GuestNetwork = {
  guestInterface: "eth1",
  uplink: "eth0",
  gatewayIp: "10.42.0.1",
  prefix: 22,
  portalPorts: [80],
  redirectPort: 3990,
  doorstepPort: 5301,
  shopNetworks: ["203.0.113.0/24"],
  line: { uploadKbps: null, downloadKbps: null },
};

export const MAC_ONE = "02-00-00-00-00-11";
export const MAC_TWO = "02-00-00-00-00-12";

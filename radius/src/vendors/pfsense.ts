import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { standard, standardOrders } from "./standard.ts";
import { capInteger, combine, INTEGER_MAX, type NasVendor, type Vendor } from "./vendor.ts";

/**
 * pfSense's captive portal: rates in bit/s, and octets up and down together in 32 bits, with nothing
 * for what is above. Each is heeded only where its box is ticked in the zone's settings.
 */
const portal: Vendor<"sessionBytes" | "uploadKbps" | "downloadKbps"> = {
  keeps: ["sessionBytes", "uploadKbps", "downloadKbps"],
  highest: { sessionBytes: INTEGER_MAX },
  attributes: ({ sessionBytes, uploadKbps, downloadKbps }) => {
    const attributes: RawAttribute[] = [];
    if (uploadKbps !== null)
      attributes.push(attribute("pfSense-Bandwidth-Max-Up", capInteger(uploadKbps * 1000)));
    if (downloadKbps !== null)
      attributes.push(attribute("pfSense-Bandwidth-Max-Down", capInteger(downloadKbps * 1000)));
    if (sessionBytes !== null) attributes.push(attribute("pfSense-Max-Total-Octets", sessionBytes));
    return attributes;
  },
};

const limits = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>(standard, portal);

/** That its captive portal takes orders is not documented. */
export const pfsense: NasVendor = { ...limits, orders: standardOrders };

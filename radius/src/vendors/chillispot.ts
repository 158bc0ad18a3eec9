import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { standardOrders } from "./standard.ts";
import { capInteger, combine, type NasVendor, splitGigawords, type Vendor } from "./vendor.ts";
import { standardWithRates } from "./wispr.ts";

/**
 * ChilliSpot's own: volume up and down together, with the part above 4 GiB in an attribute of its
 * own, and rates in kbit/s.
 */
const own: Vendor<"sessionBytes" | "uploadKbps" | "downloadKbps"> = {
  keeps: ["sessionBytes", "uploadKbps", "downloadKbps"],
  attributes: ({ sessionBytes, uploadKbps, downloadKbps }) => {
    const attributes: RawAttribute[] = [];
    if (sessionBytes !== null) {
      const { octets, gigawords } = splitGigawords(sessionBytes);
      attributes.push(attribute("ChilliSpot-Max-Total-Octets", octets));
      if (gigawords > 0)
        attributes.push(attribute("ChilliSpot-Max-Total-Gigawords", capInteger(gigawords)));
    }
    if (uploadKbps !== null)
      attributes.push(attribute("ChilliSpot-Bandwidth-Max-Up", capInteger(uploadKbps)));
    if (downloadKbps !== null)
      attributes.push(attribute("ChilliSpot-Bandwidth-Max-Down", capInteger(downloadKbps)));
    return attributes;
  },
};

/** CoovaChilli reads WISPr's rates first, and ChilliSpot's where it has none; both say the same. */
const limits = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>(standardWithRates, own);

/**
 * CoovaChilli demands User-Name of an order. A new Session-Timeout was seen to be applied at once;
 * of the other limits that is unverified.
 */
export const chillispot: NasVendor = {
  ...limits,
  orders: { ...standardOrders, changes: ["sessionSeconds"] },
};

import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { standardOrders } from "./standard.ts";
import {
  capInteger,
  combine,
  type LimitName,
  type NasVendor,
  type Vendor,
  type VolumeName,
  volumeAttributes,
} from "./vendor.ts";
import { standardWithRates } from "./wispr.ts";

/** Volume up, down and together. Input is what comes in from the guest, as in RFC 2866 §5.3. */
const volumes: Vendor<VolumeName> = {
  keeps: ["sessionBytes", "sessionUploadBytes", "sessionDownloadBytes"],
  attributes: ({ sessionBytes, sessionUploadBytes, sessionDownloadBytes }) => [
    ...volumeAttributes(
      sessionBytes,
      "ChilliSpot-Max-Total-Octets",
      "ChilliSpot-Max-Total-Gigawords",
    ),
    ...volumeAttributes(
      sessionUploadBytes,
      "ChilliSpot-Max-Input-Octets",
      "ChilliSpot-Max-Input-Gigawords",
    ),
    ...volumeAttributes(
      sessionDownloadBytes,
      "ChilliSpot-Max-Output-Octets",
      "ChilliSpot-Max-Output-Gigawords",
    ),
  ],
};

/** Rates of ChilliSpot's own, in kbit/s. */
const rates: Vendor<"uploadKbps" | "downloadKbps"> = {
  keeps: ["uploadKbps", "downloadKbps"],
  attributes: ({ uploadKbps, downloadKbps }) => {
    const attributes: RawAttribute[] = [];
    if (uploadKbps !== null)
      attributes.push(attribute("ChilliSpot-Bandwidth-Max-Up", capInteger(uploadKbps)));
    if (downloadKbps !== null)
      attributes.push(attribute("ChilliSpot-Bandwidth-Max-Down", capInteger(downloadKbps)));
    return attributes;
  },
};

/** CoovaChilli reads WISPr's rates first, and ChilliSpot's where it has none; both say the same. */
const limits = combine<LimitName>(standardWithRates, volumes, rates);

/**
 * CoovaChilli demands User-Name of an order. A new Session-Timeout was seen to be applied at once;
 * of the other limits that is unverified.
 */
export const chillispot: NasVendor = {
  ...limits,
  orders: { ...standardOrders, changes: ["sessionSeconds"] },
};

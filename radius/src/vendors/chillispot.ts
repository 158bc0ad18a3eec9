import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { capInteger, combine, splitGigawords, type Vendor } from "./vendor.ts";
import { plain } from "./wispr.ts";

/**
 * ChilliSpot's own: volume up and down together, with the part above 4 GiB in an attribute of its
 * own, and rates in kbit/s.
 */
const chillispot: Vendor<"sessionBytes" | "uploadKbps" | "downloadKbps"> = {
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
export const coova: Vendor = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>(plain, chillispot);

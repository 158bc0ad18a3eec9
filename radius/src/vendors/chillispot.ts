import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { capInteger, splitGigawords, type Vendor } from "./vendor.ts";

/**
 * ChilliSpot and CoovaChilli: volume up and down together, with the part above 4 GiB in an
 * attribute of its own, and rates in kbit/s. CoovaChilli reads WISPr's rates first; both say the
 * same here.
 */
export const chillispot: Vendor = ({ sessionBytes, uploadKbps, downloadKbps }) => {
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
};

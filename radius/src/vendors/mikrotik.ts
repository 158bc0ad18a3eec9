import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { capInteger, splitGigawords, type Vendor } from "./vendor.ts";

/**
 * MikroTik RouterOS: `Mikrotik-Rate-Limit` is "rx/tx" as the router sees it, so the guest's upload
 * comes first; 0 leaves a direction unlimited.
 */
export const mikrotik: Vendor = ({ sessionBytes, uploadKbps, downloadKbps }) => {
  const attributes: RawAttribute[] = [];
  if (uploadKbps !== null || downloadKbps !== null)
    attributes.push(attribute("Mikrotik-Rate-Limit", `${rate(uploadKbps)}/${rate(downloadKbps)}`));
  if (sessionBytes !== null) {
    const { octets, gigawords } = splitGigawords(sessionBytes);
    attributes.push(attribute("Mikrotik-Total-Limit", octets));
    if (gigawords > 0)
      attributes.push(attribute("Mikrotik-Total-Limit-Gigawords", capInteger(gigawords)));
  }
  return attributes;
};

const rate = (kbps: number | null) => (kbps === null ? "0" : `${kbps}k`);

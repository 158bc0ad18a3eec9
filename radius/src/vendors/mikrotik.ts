import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { standard } from "./standard.ts";
import { capInteger, combine, type NasVendor, splitGigawords, type Vendor } from "./vendor.ts";

/**
 * MikroTik RouterOS: `Mikrotik-Rate-Limit` is "rx/tx" as the router sees it, so the guest's upload
 * comes first; 0 leaves a direction unlimited.
 */
const routerOs: Vendor<"sessionBytes" | "uploadKbps" | "downloadKbps"> = {
  keeps: ["sessionBytes", "uploadKbps", "downloadKbps"],
  attributes: ({ sessionBytes, uploadKbps, downloadKbps }) => {
    const attributes: RawAttribute[] = [];
    if (uploadKbps !== null || downloadKbps !== null) {
      const limit = `${rate(uploadKbps)}/${rate(downloadKbps)}`;
      attributes.push(attribute("Mikrotik-Rate-Limit", limit));
    }
    if (sessionBytes !== null) {
      const { octets, gigawords } = splitGigawords(sessionBytes);
      attributes.push(attribute("Mikrotik-Total-Limit", octets));
      if (gigawords > 0)
        attributes.push(attribute("Mikrotik-Total-Limit-Gigawords", capInteger(gigawords)));
    }
    return attributes;
  },
};

const rate = (kbps: number | null) => (kbps === null ? "0" : `${kbps}k`);

const limits = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>(standard, routerOs);

/**
 * HotSpot finds a session by name and address. What a CoA-Request may change is listed in RouterOS's
 * manual; Mikrotik-Total-Limit is not. `/radius incoming` listens on 3799, in old releases on 1700,
 * and only when it is told to.
 */
export const mikrotik: NasVendor = {
  ...limits,
  orders: {
    names: ["User-Name", "Framed-IP-Address"],
    changes: ["sessionSeconds", "idleSeconds", "uploadKbps", "downloadKbps"],
  },
};

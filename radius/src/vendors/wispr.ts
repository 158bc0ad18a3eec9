import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { standard, standardOrders } from "./standard.ts";
import { capInteger, combine, type NasVendor, type Vendor } from "./vendor.ts";

/** Wi-Fi Alliance's WISPr: rates in bit a second, as the guest sees up and down. */
export const wispr: Vendor<"uploadKbps" | "downloadKbps"> = {
  keeps: ["uploadKbps", "downloadKbps"],
  attributes: ({ uploadKbps, downloadKbps }) => {
    const attributes: RawAttribute[] = [];
    if (uploadKbps !== null)
      attributes.push(attribute("WISPr-Bandwidth-Max-Up", capInteger(uploadKbps * 1000)));
    if (downloadKbps !== null)
      attributes.push(attribute("WISPr-Bandwidth-Max-Down", capInteger(downloadKbps * 1000)));
    return attributes;
  },
};

/** What the standards know, with WISPr's rates. */
export const standardWithRates = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps"
>(standard, wispr);

/** A NAS of which nothing else is known. */
export const plain = { ...standardWithRates, orders: standardOrders } satisfies NasVendor;

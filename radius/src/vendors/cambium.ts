import { attribute } from "../protocol/values.ts";
import { standardOrders } from "./standard.ts";
import { capInteger, combine, type NasVendor, splitGigawords, type Vendor } from "./vendor.ts";
import { standardWithRates } from "./wispr.ts";

/** Octets up and down together, for one session. */
const quota: Vendor<"sessionBytes"> = {
  keeps: ["sessionBytes"],
  attributes: ({ sessionBytes }) => {
    if (sessionBytes === null) return [];
    const { octets, gigawords } = splitGigawords(sessionBytes);
    const low = attribute("Cambium-Traffic-Quota-Limit-Total", octets);
    if (gigawords === 0) return [low];
    return [low, attribute("Cambium-Traffic-Quota-Limit-Total-Gigwords", capInteger(gigawords))];
  },
};

const limits = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>(standardWithRates, quota);

/** Cambium's enterprise access points take WISPr's rates and a quota of their own. */
export const cambium: NasVendor = { ...limits, orders: standardOrders };

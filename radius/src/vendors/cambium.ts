import { attribute } from "../protocol/values.ts";
import { capInteger, combine, splitGigawords, type Vendor } from "./vendor.ts";
import { plain } from "./wispr.ts";

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

/** Cambium's enterprise access points take WISPr's rates and a quota of their own. */
export const cambium: Vendor = combine<
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>(plain, quota);

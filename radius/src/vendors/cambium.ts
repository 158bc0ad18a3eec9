import { standardOrders } from "./standard.ts";
import {
  combine,
  type LimitName,
  type NasVendor,
  type Vendor,
  type VolumeName,
  volumeAttributes,
} from "./vendor.ts";
import { standardWithRates } from "./wispr.ts";

/** Octets up, down and together, for one session. */
const quotas: Vendor<VolumeName> = {
  keeps: ["sessionBytes", "sessionUploadBytes", "sessionDownloadBytes"],
  attributes: ({ sessionBytes, sessionUploadBytes, sessionDownloadBytes }) => [
    ...volumeAttributes(
      sessionBytes,
      "Cambium-Traffic-Quota-Limit-Total",
      "Cambium-Traffic-Quota-Limit-Total-Gigwords",
    ),
    ...volumeAttributes(
      sessionUploadBytes,
      "Cambium-Traffic-Quota-Limit-Up",
      "Cambium-Traffic-Quota-Limit-Up-Gigwords",
    ),
    ...volumeAttributes(
      sessionDownloadBytes,
      "Cambium-Traffic-Quota-Limit-Down",
      "Cambium-Traffic-Quota-Limit-Down-Gigwords",
    ),
  ],
};

const limits = combine<LimitName>(standardWithRates, quotas);

/** Cambium's enterprise access points take WISPr's rates and a quota of their own. */
export const cambium: NasVendor = { ...limits, orders: standardOrders };

import { attribute } from "../protocol/values.ts";
import { standard } from "./standard.ts";
import {
  combine,
  type LimitName,
  type NasVendor,
  type Vendor,
  type VolumeName,
  volumeAttributes,
} from "./vendor.ts";

/**
 * MikroTik RouterOS: `Mikrotik-Rate-Limit` is "rx/tx" as the router sees it, so the guest's upload
 * comes first; 0 leaves a direction unlimited.
 */
const rates: Vendor<"uploadKbps" | "downloadKbps"> = {
  keeps: ["uploadKbps", "downloadKbps"],
  attributes: ({ uploadKbps, downloadKbps }) => {
    if (uploadKbps === null && downloadKbps === null) return [];
    return [attribute("Mikrotik-Rate-Limit", `${rate(uploadKbps)}/${rate(downloadKbps)}`)];
  },
};

/** The router receives what the guest sends: HotSpot's limit-bytes-in, and -out, and -total. */
const volumes: Vendor<VolumeName> = {
  keeps: ["sessionBytes", "sessionUploadBytes", "sessionDownloadBytes"],
  attributes: ({ sessionBytes, sessionUploadBytes, sessionDownloadBytes }) => [
    ...volumeAttributes(sessionBytes, "Mikrotik-Total-Limit", "Mikrotik-Total-Limit-Gigawords"),
    ...volumeAttributes(sessionUploadBytes, "Mikrotik-Recv-Limit", "Mikrotik-Recv-Limit-Gigawords"),
    ...volumeAttributes(
      sessionDownloadBytes,
      "Mikrotik-Xmit-Limit",
      "Mikrotik-Xmit-Limit-Gigawords",
    ),
  ],
};

const rate = (kbps: number | null) => (kbps === null ? "0" : `${kbps}k`);

const limits = combine<LimitName>(standard, rates, volumes);

/**
 * HotSpot finds a session by name and address. What a CoA-Request may change is listed in RouterOS's
 * manual; the volumes are not. `/radius incoming` listens on 3799, in old releases on 1700,
 * and only when it is told to.
 */
export const mikrotik: NasVendor = {
  ...limits,
  orders: {
    names: ["User-Name", "Framed-IP-Address"],
    changes: ["sessionSeconds", "idleSeconds", "uploadKbps", "downloadKbps"],
  },
};

import type { AttributeName } from "../protocol/dictionary.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { standard, standardOrders } from "./standard.ts";
import { capInteger, combine, type NasVendor, type Vendor } from "./vendor.ts";

/** "Data" is TCP and "Real-Time" is UDP: a rate that left one out would leave video free. */
const UP = [
  "Airespace-Data-Bandwidth-Average-Contract-Upstream",
  "Airespace-Data-Bandwidth-Burst-Contract-Upstream",
  "Airespace-Real-Time-Bandwidth-Average-Contract-Upstream",
  "Airespace-Real-Time-Bandwidth-Burst-Contract-Upstream",
] as const satisfies readonly AttributeName[];
const DOWN = [
  "Airespace-Data-Bandwidth-Average-Contract",
  "Airespace-Data-Bandwidth-Burst-Contract",
  "Airespace-Real-Time-Bandwidth-Average-Contract",
  "Airespace-Real-Time-Bandwidth-Burst-Contract",
] as const satisfies readonly AttributeName[];

/** Bandwidth contracts of a Cisco controller with AireOS, in kbit/s; a burst is no more than that. */
const contracts: Vendor<"uploadKbps" | "downloadKbps"> = {
  keeps: ["uploadKbps", "downloadKbps"],
  attributes: ({ uploadKbps, downloadKbps }) => [
    ...say(UP, uploadKbps),
    ...say(DOWN, downloadKbps),
  ],
};

function say(names: typeof UP | typeof DOWN, kbps: number | null): RawAttribute[] {
  return kbps === null ? [] : names.map((name) => attribute(name, capInteger(kbps)));
}

const limits = combine<"sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps">(
  standard,
  contracts,
);

export const airespace: NasVendor = { ...limits, orders: standardOrders };

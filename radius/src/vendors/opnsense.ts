import { sessionTimeout, standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * OPNsense's captive portal reads Session-Timeout and the interval of reports, and nothing else.
 * That it takes orders is not documented.
 */
export const opnsense: NasVendor = { ...sessionTimeout, orders: standardOrders };

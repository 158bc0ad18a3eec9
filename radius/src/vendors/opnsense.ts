import { sessionTimeout, standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * OPNsense's captive portal reads Session-Timeout and the interval of reports, and nothing else. It
 * listens for no orders.
 */
export const opnsense: NasVendor = {
  ...sessionTimeout,
  orders: { ...standardOrders, portNumber: null },
};

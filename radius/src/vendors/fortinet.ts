import { standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";
import { standardWithRates } from "./wispr.ts";

/**
 * FortiGate shapes by WISPr's rates; it has no attribute for volume. It finds a session by name and
 * address, and refuses an order that has the name alone.
 */
export const fortinet: NasVendor = {
  ...standardWithRates,
  orders: { ...standardOrders, names: ["User-Name", "Framed-IP-Address"] },
};

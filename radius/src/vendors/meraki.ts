import { standard, standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * Meraki ties rates to a group policy it is told by name (Filter-Id), and has none for volume.
 */
export const meraki: NasVendor = { ...standard, orders: standardOrders };

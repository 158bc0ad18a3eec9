import { standard, standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * Meraki ties rates to a group policy it is told by name (Filter-Id), and has none for volume. That
 * its access points listen on 1700 is unverified; for sign-on pages its cloud takes orders on 3799.
 */
export const meraki: NasVendor = { ...standard, orders: { ...standardOrders, portNumber: 1700 } };

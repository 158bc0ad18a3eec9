import { standard, standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * Aruba ties rates to the role a guest is in (Aruba-User-Role), not to a number in an answer. How it
 * writes a MAC is a setting of each network, so an order names none.
 */
export const aruba: NasVendor = {
  ...standard,
  orders: { ...standardOrders, names: ["User-Name", "Acct-Session-Id"] },
};

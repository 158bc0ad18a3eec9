import { chillispot } from "./chillispot.ts";
import { standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * The box's own gateway: it is told its limits as CoovaChilli is, keeps all of them, and changes each
 * while a session goes on.
 */
export const gateway: NasVendor = {
  ...chillispot,
  orders: { ...standardOrders, changes: chillispot.keeps },
};

import { standard, standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * TP-Link Omada. TPLink-Recv-limit and TPLink-Xmit-limit are not sent: whether they are rates or
 * volumes, and in which unit, is not documented. Nor is that it takes orders.
 */
export const tpLink: NasVendor = { ...standard, orders: standardOrders };

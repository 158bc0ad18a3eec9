import { standardOrders } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";
import { standardWithRates } from "./wispr.ts";

/**
 * Ruckus takes WISPr's rates. Its Ruckus-Max-DL-UL-Quota is not sent: its unit is not documented,
 * and a wrong one would cut a guest off at a thousandth of what was granted. Of orders ZoneDirector
 * was seen to take those by name alone, and to refuse those with Acct-Session-Id.
 */
export const ruckus: NasVendor = {
  ...standardWithRates,
  orders: { ...standardOrders, names: ["User-Name"] },
};

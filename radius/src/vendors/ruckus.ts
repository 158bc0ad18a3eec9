import { plain } from "./wispr.ts";

/**
 * Ruckus takes WISPr's rates. Its Ruckus-Max-DL-UL-Quota is not sent: its unit is not documented,
 * and a wrong one would cut a guest off at a thousandth of what was granted.
 */
export const ruckus = plain;

import { standard } from "./standard.ts";

/**
 * TP-Link Omada. TPLink-Recv-limit and TPLink-Xmit-limit are not sent: whether they are rates or
 * volumes, and in which unit, is not documented.
 */
export const tpLink = standard;

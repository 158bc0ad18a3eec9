import { plain } from "./wispr.ts";

/** FortiGate shapes by WISPr's rates; it has no attribute for volume. */
export const fortinet = plain;

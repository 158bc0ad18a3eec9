import { standard } from "./standard.ts";

/** Meraki ties rates to a group policy it is told by name (Filter-Id), and has none for volume. */
export const meraki = standard;

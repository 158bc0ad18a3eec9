import { standard } from "./standard.ts";

/** Aruba ties rates to the role a guest is in (Aruba-User-Role), not to a number in an answer. */
export const aruba = standard;

import { sessionTimeout } from "./standard.ts";

/** OPNsense's captive portal reads Session-Timeout and the interval of reports, and nothing else. */
export const opnsense = sessionTimeout;

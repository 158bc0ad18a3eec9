import { READ_CUSTOMERS } from "../../platform/customer-sight.ts";

/** Whoever may say where the company's data goes to reads what went there as well. */
export const WEBHOOK_PERMISSIONS = { "webhooks.manage": ["admin"] } as const;

/** What is sent says who customers are, of whichever branch. */
export const MANAGE = { access: { permission: "webhooks.manage", beside: READ_CUSTOMERS } };

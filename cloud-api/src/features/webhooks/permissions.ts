/** Whoever may say where the company's data goes to reads what went there as well. */
export const WEBHOOK_PERMISSIONS = { "webhooks.manage": ["admin"] } as const;

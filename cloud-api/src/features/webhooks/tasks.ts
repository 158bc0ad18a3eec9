/** The jobs of this feature, by their names. */
export const DELIVER_TASK = "webhooks.deliver";
export const NOTICE_TASK = "webhooks.mail-notice";

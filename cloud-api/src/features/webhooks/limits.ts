/** Characters of an endpoint's address. */
export const URL_CHARACTERS_MAX = 500;
/** Of one company. */
export const ENDPOINTS_MAX = 20;
/** Secrets of before that sign beside the newest. */
export const OLD_SECRETS_MAX = 4;

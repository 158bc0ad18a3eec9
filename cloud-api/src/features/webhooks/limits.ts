/** Characters of an endpoint's address. */
export const URL_CHARACTERS_MAX = 500;
/** Of one company. */
export const ENDPOINTS_MAX = 20;

export * from "./announcement-signature.ts";
export * from "./box-signature.ts";
export * from "./enrolment.ts";
export * from "./everywhere.ts";
export * from "./hpke.ts";
export { hashLegalWords } from "./legal-words.ts";
export { orNull } from "./or-null.ts";
export * from "./seal-events.ts";
export * from "./settings-parts.ts";

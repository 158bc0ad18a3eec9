export * from "./box-signature.ts";
export * from "./enrolment.ts";
export * from "./everywhere.ts";
export * from "./settings-parts.ts";

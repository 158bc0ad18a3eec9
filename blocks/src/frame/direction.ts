import type { Language } from "@foyer/contract";

/** Which way it is written (HTML §3.2.6.4). */
export const directionOf = (language: Language): "ltr" | "rtl" =>
  language === "fa" ? "rtl" : "ltr";

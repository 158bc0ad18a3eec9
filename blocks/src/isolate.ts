import type { Language } from "@foyer/contract";
import { directionOf } from "./frame/direction.ts";

/** Latin words with a number or a sign at an end, and not set apart already. An address is to be found by whoever reads it. */
const MOVES = /^(?![\u2066-\u2068])(?!\w+:\/\/)(?=.*\p{Script=Latin})(?:\P{L}.*|.*\P{L})$/su;

/**
 * What stands in a sentence as it is. Where that goes from right to left, the 49 of "49 Bát Đàn" would
 * stand at its other end (UAX #9 §2.4).
 */
export const isolateIn = (language: Language, text: string): string =>
  directionOf(language) === "rtl" && MOVES.test(text) ? `\u2068${text}\u2069` : text;

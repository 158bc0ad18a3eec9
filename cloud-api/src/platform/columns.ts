/** RFC 7464 §2.1: stands between JSON texts, none of which holds it. */
const RECORD_SEPARATOR = "\x1e";

/**
 * A column of ids, numbers or moments as PostgreSQL writes an array of them. They hold nothing that had
 * to be quoted, and quoting costs more than all else that is done to a row.
 */
export function writePlainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

/** A column of JSON texts, for `string_to_array(…, chr(30))`: none of their quotes is escaped. */
export function joinTexts(texts: readonly string[]): string {
  return texts.join(RECORD_SEPARATOR);
}

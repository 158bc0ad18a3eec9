/** A name as it is kept and compared: one form of each letter (Unicode NFC), single spaces. */
export const cleanName = (name: string): string =>
  name.normalize("NFC").trim().replace(/\s+/g, " ");

/** A text as it is searched: without case and without marks, since few type those (Hồ Gươm: ho guom). */
export const toPlain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d");

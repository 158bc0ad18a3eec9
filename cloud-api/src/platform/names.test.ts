import { expect, test } from "vitest";
import { cleanName } from "./names.ts";

test("a name is kept in one form, however its letters and spaces were typed", () => {
  expect(cleanName("  Cà\u0323  phê\t sữa ")).toBe("Cạ̀ phê sữa".normalize("NFC"));
  expect(cleanName("Cà phê".normalize("NFD"))).toBe("Cà phê".normalize("NFC"));
  expect(cleanName("\u00a0Lan\u2003Anh ")).toBe("Lan Anh");
});

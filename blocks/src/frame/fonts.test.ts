import { expect, test } from "vitest";
import { typeOf } from "./fonts.ts";

const FONTS = [undefined, "serif", "sans", "rounded"] as const;
const LANGUAGES = ["vi", "en", "fa"] as const;

test("font stacks stand in HTML as they are, and end in a font that every device has", () => {
  for (const font of FONTS)
    for (const language of LANGUAGES) {
      const { heading, text } = typeOf(font, language);
      for (const stack of [heading, text]) {
        expect(stack).not.toMatch(/["'<>&]/);
        expect(stack).toMatch(/,(sans-)?serif$/);
      }
    }
});

test("Vietnamese has room for two marks above a letter, and no font that lacks them", () => {
  for (const font of FONTS) {
    const { heading, tight, loose } = typeOf(font, "vi");
    expect(heading).not.toMatch(/Georgia|Iowan/);
    expect(tight).toBeGreaterThan(typeOf(font, "en").tight);
    expect(loose).toBeGreaterThan(typeOf(font, "en").loose);
  }
});

test("Persian letters join", () => {
  for (const font of FONTS) expect(typeOf(font, "fa").spacing).toBe("0");
});

import type { Brand, Language } from "@foyer/contract";

/** Fonts that devices have, without quotes: they stand in HTML as they are. */
export type Type = {
  /** Of headings and names. */
  heading: string;
  text: string;
  /** Line heights: of headings and of text. */
  tight: number;
  loose: number;
  /** Of headings; letters that join must not be parted. */
  spacing: string;
};

const SANS = "system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,sans-serif";
const ROUNDED = "ui-rounded,SF Pro Rounded,Nunito,Quicksand,system-ui,Roboto,Noto Sans,sans-serif";
const SERIF = "ui-serif,New York,Noto Serif,Iowan Old Style,Georgia,serif";
/** Georgia and Iowan lack the stacked marks of Vietnamese and would mix in another font for them. */
const SERIF_VIETNAMESE = "ui-serif,New York,Noto Serif,Times New Roman,serif";
const NASKH = "Noto Naskh Arabic,Geeza Pro,Times New Roman,serif";
const PERSIAN = "Vazirmatn,SF Arabic,Noto Sans Arabic,Segoe UI,Tahoma,system-ui,sans-serif";

/** How a brand's words are set in a language. */
export function typeOf(font: Brand["font"], language: Language): Type {
  switch (language) {
    case "fa":
      return {
        ...{ heading: font === "serif" ? NASKH : PERSIAN, text: PERSIAN },
        // Marks above and below the letters, and a deep baseline.
        ...{ tight: 1.45, loose: 1.75, spacing: "0" },
      };
    case "vi":
      // Two marks over a capital, such as Ễ, touch the line above at the height Latin words have.
      return { ...latin(font, SERIF_VIETNAMESE), tight: 1.3, loose: 1.6 };
    case "en":
      return latin(font, SERIF);
    default:
      return assertNever(language);
  }
}

function latin(font: Brand["font"], serif: string): Type {
  const heading = font === "sans" ? SANS : font === "rounded" ? ROUNDED : serif;
  const text = font === "rounded" ? ROUNDED : SANS;
  return { heading, text, tight: 1.16, loose: 1.5, spacing: "-.02em" };
}

function assertNever(language: never): never {
  throw new Error(`unknown language ${language}`);
}

import { expect, test } from "vitest";
import { findClosing, maskCode } from "./mask.ts";

test("comments and the insides of strings are blanked and every line stays where it was", () => {
  const text = `const a = "x // y"; // note "b"\nconst c = 'd'; /* e\nf */ g();`;
  const { code, uncommented } = maskCode(text);
  expect(code).toBe(`const a = "      ";            \nconst c = ' ';     \n     g();`);
  expect(uncommented).toContain('"x // y"');
  expect(uncommented).not.toContain("note");
  expect(code).toHaveLength(text.length);
});

test("the text of a template is blanked while the code in it stays", () => {
  const { code, templates } = maskCode("const s = `a ${f(`b ${g} c`)} d`; h();");
  expect(code).toContain("${f(`  ${g}  `)}");
  expect(code).toContain("h();");
  expect(templates).toHaveLength(2);
});

test("a regular expression is not taken for a comment or a string", () => {
  const { code } = maskCode(`const r = /["'/*]+\\/\\//; after();\nx = a / b; c = d / e;`);
  expect(code).toContain("after();");
  expect(code).toContain("x = a / b; c = d / e;");
});

test("an apostrophe in JSX text blanks no more than its line", () => {
  expect(maskCode("<p>don't {a}</p>\nnext();").code).toContain("next();");
});

test("a closing bracket is found across other brackets", () => {
  const code = "f(a, { b: [1, 2] }, (c) => c) + 1";
  expect(findClosing(code, 1)).toBe(code.indexOf(") +"));
  expect(findClosing("(a", 0)).toBe(-1);
});

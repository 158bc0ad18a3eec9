import { expect, test } from "vitest";
import { drawQr, listUrls, writeConsole } from "./console.ts";

test("the console says in both languages where the page is and which number it asks for", () => {
  const text = writeConsole(["http://10.1.0.2:8080/", "http://[2001:db8::5]:8080/"], "012345");
  expect(text).toContain("  http://10.1.0.2:8080/\n  http://[2001:db8::5]:8080/");
  expect(text).toContain("and type in this number: 012345");
  expect(text).toContain("rồi nhập số này: 012345");
  expect(text).toContain("█");
});

test("an address is told as it is typed, without the port of every web page", () => {
  expect(listUrls(["10.1.0.2", "2001:db8::5"], 80)).toEqual([
    "http://10.1.0.2/",
    "http://[2001:db8::5]/",
  ]);
  expect(listUrls(["10.1.0.2"], 8080)).toEqual(["http://10.1.0.2:8080/"]);
});

test("a machine without an address says to plug in the cable", () => {
  expect(writeConsole([], "012345")).toMatch(/plug in the cable/);
});

test("the code for cameras has a quiet border, and lines of one length", () => {
  const lines = drawQr("http://10.1.0.2:8080/").split("\n");
  const [first = ""] = lines;
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(first).toMatch(/^█+$/);
  expect(lines.every((line) => line.startsWith("████") && line.endsWith("████"))).toBe(true);
});

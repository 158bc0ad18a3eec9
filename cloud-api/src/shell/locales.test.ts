import { expect, test } from "vitest";
import type { Texts } from "./translate.ts";

const files = import.meta.glob<Texts>(["./locales/*.json", "../features/*/locales/*.json"], {
  eager: true,
  import: "default",
});

const folders = [...new Set(Object.keys(files).map((path) => path.replace(/[a-z]+\.json$/, "")))];

function readPlaces(texts: Texts, key: string): string[] {
  const text = texts[key] ?? "";
  const forms = typeof text === "string" ? [text] : Object.values(text);
  const places = forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((found) => found[1]));
  return [...new Set(places)].filter((place) => place !== undefined).sort();
}

test("texts were found for the shell and for features", () => {
  expect(folders).toContain("./locales/");
  expect(folders.length).toBeGreaterThan(4);
});

test.each(folders)("%s says everything in both languages, with the same values", (folder) => {
  const en = files[`${folder}en.json`] ?? {};
  const vi = files[`${folder}vi.json`] ?? {};
  expect(Object.keys(vi).sort()).toEqual(Object.keys(en).sort());
  for (const key of Object.keys(en))
    expect(readPlaces(vi, key), `${folder} ${key}`).toEqual(readPlaces(en, key));
});

test.each(folders)("%s leaves no text empty", (folder) => {
  for (const language of ["en", "vi"])
    for (const [key, text] of Object.entries(files[`${folder}${language}.json`] ?? {})) {
      const forms = typeof text === "string" ? [text] : Object.values(text);
      for (const form of forms) expect(form.trim(), `${folder} ${language} ${key}`).not.toBe("");
    }
});

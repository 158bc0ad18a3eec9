import { expect, test } from "vitest";
import {
  guestPagesLoadNothingFromElsewhere,
  languagesHaveTheSameWords,
  rawOutputIsForLayoutsAlone,
} from "./pages.ts";

const file = (path: string, text: string) => ({ path, text });

test("raw output of anything but a layout's part is found", () => {
  const good = '<%~ include("./head", it) %><%~ it.body %><%= it.name %>';
  expect(rawOutputIsForLayoutsAlone([file("portal/src/layout/page.eta", good)])).toEqual([]);
  expect(rawOutputIsForLayoutsAlone([file("a.eta", "<p>\n<%~ it.name %></p>")])).toEqual([
    "a.eta:2 prints raw: <%~ it.name %>",
  ]);
});

test("a page that loads from another host is found, a link to one is not", () => {
  for (const bad of [
    '<script src="https://x.example/a.js">',
    '<link rel="stylesheet" href="//x.example/a.css">',
    "@import 'a.css';",
    "a { background: url(http://x.example/a.png) }",
  ])
    expect(guestPagesLoadNothingFromElsewhere([file("a.eta", bad)]), bad).toHaveLength(1);
  const good = '<a href="https://x.example/">x</a><img src="data:image/png;base64,AAAA">';
  expect(guestPagesLoadNothingFromElsewhere([file("a.eta", good)])).toEqual([]);
});

test("a word that one of the languages lacks is found", () => {
  expect(
    languagesHaveTheSameWords([
      file("portal/src/locales/en.json", '{"a":{"b":"x"},"c":"y"}'),
      file("portal/src/locales/vi.json", '{"a":{"b":"x"}}'),
    ]),
  ).toEqual(["portal/src/locales/vi.json does not say c"]);
  expect(
    languagesHaveTheSameWords([
      file("portal/src/locales/en.json", '{"a":"x"}'),
      file("portal/src/locales/fa.json", "{}"),
      file("portal/src/locales/vi.json", '{"a":"x"}'),
    ]),
  ).toEqual(["portal/src/locales/fa.json does not say a"]);
  expect(
    languagesHaveTheSameWords([
      file("portal/src/locales/en.json", '{"a":{"one":"x","other":"y"}}'),
      file("portal/src/locales/vi.json", '{"a":{"other":"y"}}'),
    ]),
  ).toEqual([]);
});

import { expect, test } from "vitest";
import {
  type Article,
  findArticleAbout,
  foldWords,
  nameHeading,
  readArticle,
  searchArticles,
  summarise,
} from "./rules.ts";

const HEAD = "title: Segments: who\nsection: customers\norder: 20\naudience: marketer, manager";

const article = (part: Partial<Article>): Article => ({
  ...readArticle("segments", `---\n${HEAD}\n---\n\nWords.\n`),
  ...part,
});

test("an article is read with its title, place, readers and screens", () => {
  const text = `---\n${HEAD}\nscreens: /segments, /members\n---\n\nWords.\n\n## More\n`;
  expect(readArticle("segments", text.replaceAll("\n", "\r\n"))).toEqual({
    slug: "segments",
    title: "Segments: who",
    section: "customers",
    order: 20,
    audience: ["marketer", "manager"],
    screens: ["/segments", "/members"],
    body: "Words.\n\n## More",
  });
});

test("an article without a head, of no section or for nobody there is, is refused by its name", () => {
  expect(() => readArticle("odd", "Words.")).toThrow(/odd/);
  const inNone = HEAD.replace("customers", "elsewhere");
  expect(() => readArticle("odd", `---\n${inNone}\n---\n`)).toThrow(/odd says "elsewhere"/);
  const forNobody = HEAD.replace("marketer,", "robot,");
  expect(() => readArticle("odd", `---\n${forNobody}\n---\n`)).toThrow(/odd says "robot"/);
});

test("a screen is told of by the article of the longest address that begins its own", () => {
  const articles = [
    article({ slug: "home", screens: ["/"] }),
    article({ slug: "customers", screens: ["/customers"] }),
    article({ slug: "joining", screens: ["/customers/duplicates"] }),
  ];
  const about = (path: string) => findArticleAbout(articles, path)?.slug ?? null;
  expect(about("/")).toBe("home");
  expect(about("/customers/1/edit")).toBe("customers");
  expect(about("/customers/duplicates")).toBe("joining");
  expect(about("/customers-of-others")).toBeNull();
});

test("search takes beginnings of words without accents and case, and the title before the text", () => {
  const inText = article({ slug: "a", title: "Hạng", body: "Điểm đổi được gì?" });
  const inTitle = article({ slug: "b", title: "Đổi điểm", body: "Từ sáng đến tối." });
  const articles = [inText, inTitle];
  const found = (search: string) => searchArticles(articles, search).map(({ slug }) => slug);
  expect(found("DIEM")).toEqual(["b", "a"]);
  expect(found("đổi điể")).toEqual(["b", "a"]);
  expect(found("hang diem")).toEqual(["a"]);
  expect(found("iem")).toEqual([]);
  expect(found("diem mat")).toEqual([]);
});

test("headings are named in addresses without accents and signs", () => {
  expect(nameHeading("Thẻ theo quy tắc: được gì?")).toBe("the-theo-quy-tac-duoc-gi");
  expect(foldWords("ĐÔNG đảo")).toBe("dong dao");
});

test("the summary is the first paragraph without its marks", () => {
  expect(summarise("## A\n\n1. one\n\nSee [Visits](/visits)\nand **that** `one`.\n\nMore.")).toBe(
    "See Visits and that one.",
  );
});

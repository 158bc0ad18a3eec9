import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lexer, type Token, walkTokens } from "marked";
import { expect, test } from "vitest";
import { type Article, findArticleAbout, nameHeading, readArticle } from "./rules.ts";

const SOURCES = join(import.meta.dirname, "../..");
const FEATURES = join(SOURCES, "features");
const LANGUAGES = ["en", "vi"] as const;
type Language = (typeof LANGUAGES)[number];
/** What the server answers beside the staff app. */
const SERVED = ["/api/docs"];

const readJson = (path: string) =>
  JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

function readArticles(language: Language): Article[] {
  const folder = join(import.meta.dirname, "articles", language);
  return readdirSync(folder).map((name) =>
    readArticle(name.replace(/\.md$/, ""), readFileSync(join(folder, name), "utf8")),
  );
}

const articles = { en: readArticles("en"), vi: readArticles("vi") };

function listDoors(): { feature: string; text: string }[] {
  return globSync("*/screens/index.tsx", { cwd: FEATURES }).map((path) => ({
    feature: path.replace(/[/\\].*$/, ""),
    text: readFileSync(join(FEATURES, path), "utf8"),
  }));
}

type Entry = { path: string; label: Record<Language, string> };

/** The navigation's entries, as the features' doors write them. */
function listEntries(): Entry[] {
  return listDoors().flatMap(({ feature, text }) => {
    const words = (language: Language) =>
      readJson(join(FEATURES, feature, "locales", `${language}.json`));
    const written = /path: "([^"]+)",\s*label: \{ en: en(?:\.(\w+)|\["([^"]+)"\])/g;
    return [...text.matchAll(written)].map(([, path = "", key, quoted = ""]) => {
      const labelOf = (language: Language) => String(words(language)[key ?? quoted]);
      return { path, label: { en: labelOf("en"), vi: labelOf("vi") } };
    });
  });
}

/** The addresses of screens for staff who are signed in, parameters as they are declared. */
function listRoutes(): string[] {
  return listDoors().flatMap(({ text }) =>
    [...text.slice(text.indexOf("routes:")).matchAll(/path: "([^"]+)",([^}]*)/g)].flatMap(
      ([, path = "", rest = ""]) => (/for: "(public|operator)"/.test(rest) ? [] : [path]),
    ),
  );
}

/** Every sentence and label that a screen says in a language. */
function listSayings(language: Language): Set<string> {
  const paths = globSync(`{shell,features/*}/locales/*${language}.json`, { cwd: SOURCES });
  const files = paths.map((path) => readJson(join(SOURCES, path)));
  const values = files.flatMap((file) => Object.values(file));
  return new Set(
    values.flatMap((text) => (typeof text === "string" ? [text] : Object.values(text as object))),
  );
}

function listTokens(body: string): Token[] {
  const tokens: Token[] = [];
  walkTokens(lexer(body), (token) => {
    tokens.push(token);
  });
  return tokens;
}

const all = LANGUAGES.flatMap((language) =>
  articles[language].map((article) => ({ language, article, name: `${language}/${article.slug}` })),
);

test("each article is there in both languages, at the same place and for the same readers", () => {
  const placesOf = (language: Language) =>
    articles[language]
      .map(({ title: _, body: __, ...place }) => place)
      .toSorted((a, b) => a.slug.localeCompare(b.slug));
  expect(placesOf("vi")).toEqual(placesOf("en"));
  expect(articles.en.length).toBeGreaterThan(30);
  for (const { article, name } of all) {
    expect(article.title, name).not.toBe("");
    expect(article.order, name).toBeGreaterThan(0);
    expect(article.audience, name).not.toEqual([]);
  }
});

test("each entry of the navigation and each screen for staff has its article in both languages", () => {
  const entries = listEntries();
  expect(entries.length).toBeGreaterThan(35);
  const paths = [...entries.map(({ path }) => path), ...listRoutes()];
  for (const language of LANGUAGES)
    expect(paths.filter((path) => !findArticleAbout(articles[language], path))).toEqual([]);
});

test("each screen that an article says it is about is there", () => {
  const routes = listRoutes();
  const isThere = (screen: string) =>
    routes.some((route) => route === screen || route.startsWith(`${screen}/`));
  const faults = all.flatMap(({ article, name }) =>
    article.screens.flatMap((screen) => (isThere(screen) ? [] : [`${name} is about ${screen}`])),
  );
  expect(faults).toEqual([]);
});

test("each link in an article leads to a screen, an article, one of its headings or the API", () => {
  const routes = new Set([...listRoutes(), ...SERVED]);
  const faults = all.flatMap(({ language, article, name }) => {
    const addresses = new Set(routes);
    for (const { slug, body } of articles[language]) {
      addresses.add(`/help/${slug}`);
      for (const token of listTokens(body))
        if (token.type === "heading") addresses.add(`/help/${slug}#${nameHeading(token.text)}`);
    }
    const links = listTokens(article.body).filter(({ type }) => type === "link");
    return links.flatMap((link) =>
      "href" in link && addresses.has(String(link.href)) ? [] : [`${name}: ${link.raw}`],
    );
  });
  expect(faults).toEqual([]);
});

test("a link to a screen of the navigation is called as the navigation calls it", () => {
  const labels = new Map(listEntries().map(({ path, label }) => [path, label]));
  const faults = all.flatMap(({ language, article, name }) =>
    listTokens(article.body).flatMap((token) => {
      if (token.type !== "link") return [];
      const label = labels.get(token.href)?.[language];
      return label === undefined || label === token.text ? [] : [`${name}: ${token.raw} ${label}`];
    }),
  );
  expect(faults).toEqual([]);
});

test("what an article prints bold is said by a screen in these very words", () => {
  const faults = LANGUAGES.flatMap((language) => {
    const sayings = listSayings(language);
    return articles[language].flatMap(({ slug, body }) =>
      listTokens(body).flatMap((token) =>
        token.type === "strong" && !sayings.has(token.text)
          ? [`${language}/${slug}: ${token.text}`]
          : [],
      ),
    );
  });
  expect(faults).toEqual([]);
});

test("articles hold no HTML, no pictures, and only headings below the title", () => {
  const faults = all.flatMap(({ article, name }) =>
    listTokens(article.body).flatMap((token) => {
      const isTitle = token.type === "heading" && ![2, 3].includes(token.depth);
      return isTitle || ["html", "image", "def"].includes(token.type)
        ? [`${name}: ${token.raw}`]
        : [];
    }),
  );
  expect(faults).toEqual([]);
});

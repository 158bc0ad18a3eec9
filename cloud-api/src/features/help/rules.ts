/** The parts of the list of articles, in the order they stand. */
export const HELP_SECTIONS = [
  "first-steps",
  "figures",
  "customers",
  "pages",
  "wifi",
  "company",
] as const;
export type HelpSection = (typeof HELP_SECTIONS)[number];

/** Whom an article is written for. */
export const AUDIENCES = ["everybody", "marketer", "manager", "cashier", "venue-it"] as const;
export type Audience = (typeof AUDIENCES)[number];

/** An article in one language. `slug` names it in both and in addresses; `body` is Markdown. */
export type Article = {
  slug: string;
  title: string;
  section: HelpSection;
  /** Articles of a section stand in rising order. */
  order: number;
  audience: Audience[];
  /** The screens it is about: addresses, of which each is about all below it too. */
  screens: string[];
  body: string;
};

const HEAD = /^---\n([\s\S]*?)\n---\n/;

/** An article as its file holds it: lines `name: value` between two of `---`, then the text. */
export function readArticle(slug: string, file: string): Article {
  const text = file.replaceAll("\r\n", "\n");
  const head = HEAD.exec(text);
  if (!head) throw new Error(`${slug} does not begin with its title and section`);
  const values = new Map(
    (head[1] ?? "").split("\n").map((line) => {
      const [name = "", ...rest] = line.split(":");
      return [name.trim(), rest.join(":").trim()];
    }),
  );
  const listOf = (name: string) => (values.get(name) ?? "").split(/,\s*/).filter(Boolean);
  return {
    slug,
    title: values.get("title") ?? "",
    section: choose(slug, HELP_SECTIONS, values.get("section")),
    order: Number(values.get("order")),
    audience: listOf("audience").map((each) => choose(slug, AUDIENCES, each)),
    screens: listOf("screens"),
    body: text.slice(head[0].length).trim(),
  };
}

function choose<Name extends string>(
  slug: string,
  names: readonly Name[],
  said: string | undefined,
): Name {
  const name = names.find((each) => each === said);
  if (name === undefined) throw new Error(`${slug} says "${said}", which is none of ${names}`);
  return name;
}

/** The articles of a section, in their order. */
export function listOfSection(articles: readonly Article[], section: HelpSection): Article[] {
  return articles
    .filter((article) => article.section === section)
    .toSorted((a, b) => a.order - b.order);
}

/** The article about a screen: that of the longest address which begins the screen's. */
export function findArticleAbout(articles: readonly Article[], path: string): Article | null {
  let found: { article: Article; length: number } | null = null;
  for (const article of articles)
    for (const screen of article.screens) {
      const isAbout = path === screen || (screen !== "/" && path.startsWith(`${screen}/`));
      if (isAbout && screen.length > (found?.length ?? 0))
        found = { article, length: screen.length };
    }
  return found?.article ?? null;
}

/** Words without accents and case, for search and for addresses: "Đổi điểm" is "doi diem". */
export function foldWords(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** What a heading is called in an address: "Ai được tính" is "ai-duoc-tinh". */
export function nameHeading(heading: string): string {
  return foldWords(heading)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

const IN_TITLE = 3;
const IN_HEADING = 2;
const IN_TEXT = 1;

/** The articles in which all words stand, begun at least: those with them in the title first. */
export function searchArticles(articles: readonly Article[], search: string): Article[] {
  const words = foldWords(search).split(/\s+/).filter(Boolean);
  return articles
    .map((article) => ({ article, weight: weigh(article, words) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ article }) => article);
}

/** 0 where a word is missing. */
function weigh({ title, body }: Article, words: readonly string[]): number {
  const headings = body.split("\n").filter((line) => line.startsWith("#"));
  const weights = words.map((word) => {
    if (hasWord(title, word)) return IN_TITLE;
    if (headings.some((heading) => hasWord(heading, word))) return IN_HEADING;
    return hasWord(body, word) ? IN_TEXT : 0;
  });
  return weights.includes(0) ? 0 : weights.reduce((sum: number, each) => sum + each, 0);
}

function hasWord(text: string, beginning: string): boolean {
  return ` ${foldWords(text).replace(/[^\p{L}\p{N}]+/gu, " ")}`.includes(` ${beginning}`);
}

/** The first words of a text, without the marks of Markdown. */
export function summarise(body: string): string {
  const paragraph = body.split("\n\n").find((each) => /^[^#\-\d|>]/.test(each)) ?? "";
  return paragraph
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/[*`]/g, "")
    .replaceAll("\n", " ");
}

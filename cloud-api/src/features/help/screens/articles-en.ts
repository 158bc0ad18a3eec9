import { readArticle } from "../rules.ts";

const files = import.meta.glob<string>("../articles/en/*.md", {
  eager: true,
  query: "?raw",
  import: "default",
});

export const articles = Object.entries(files).map(([path, text]) =>
  readArticle(path.replace(/^.*\/|\.md$/g, ""), text),
);

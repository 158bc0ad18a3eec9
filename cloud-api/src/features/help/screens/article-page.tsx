import { useEffect } from "react";
import { Failure } from "../../../shell/failure.tsx";
import { Waiting } from "../../../shell/frame.tsx";
import { NothingHere, Page } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { Audiences } from "./audiences.tsx";
import "./help.css";
import { Markdown } from "./markdown.tsx";
import { useTexts } from "./texts.ts";
import { useArticles } from "./use-articles.ts";

/** One article; a heading that the address names is brought into sight. */
export function ArticlePage({ params }: ScreenProps) {
  const t = useTexts();
  const { data: articles, error, refetch } = useArticles();
  const article = articles?.find(({ slug }) => slug === params.article);
  useEffect(() => {
    const name = location.hash.slice(1);
    if (article && name !== "") document.getElementById(name)?.scrollIntoView();
  }, [article]);
  if (error && !articles) return <Failure error={error} retry={refetch} />;
  if (!articles) return <Waiting />;
  if (!article) return <NothingHere />;
  return (
    <Page
      key={article.slug}
      title={article.title}
      summary={<Audiences article={article} />}
      parent={{ path: "/help", label: t("title") }}
    >
      <article className="surface article">
        <Markdown text={article.body} />
      </article>
    </Page>
  );
}

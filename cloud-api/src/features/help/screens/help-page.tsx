import { Anchor, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link, Redirect } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Waiting } from "../../../shell/frame.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import {
  type Article,
  findArticleAbout,
  HELP_SECTIONS,
  listOfSection,
  searchArticles,
  summarise,
} from "../rules.ts";
import { Audiences } from "./audiences.tsx";
import "./help.css";
import { useTexts } from "./texts.ts";
import { useArticles } from "./use-articles.ts";

/** All that is written about Foyer, by parts or by words; `?about=` leads to what is about a screen. */
export function HelpPage() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const { data: articles, error, refetch } = useArticles();
  const about = parameters.get("about");
  const search = parameters.get("search") ?? "";
  if (error && !articles) return <Failure error={error} retry={refetch} />;
  if (!articles) return <Waiting />;
  const wanted = about === null ? null : findArticleAbout(articles, about);
  if (wanted) return <Redirect to={`/help/${wanted.slug}`} replace />;
  return (
    <Page
      title={t("title")}
      summary={t("summary")}
      actions={<Anchor href="/api/docs">{t("api-documents")}</Anchor>}
    >
      <TextInput
        type="search"
        label={t("search")}
        leftSection={<IconSearch size={16} />}
        value={search}
        maxLength={100}
        onChange={({ currentTarget }) => change({ search: currentTarget.value })}
      />
      {search.trim() === "" ? (
        HELP_SECTIONS.map((section) => (
          <Section key={section} title={t(`section-${section}`)}>
            <Articles articles={listOfSection(articles, section)} />
          </Section>
        ))
      ) : (
        <Found articles={searchArticles(articles, search)} />
      )}
    </Page>
  );
}

function Found({ articles }: { articles: readonly Article[] }) {
  const t = useTexts();
  return (
    <Section title={t("found", { count: articles.length })}>
      {articles.length === 0 ? (
        <Empty title={t("nothing-found")} hint={t("nothing-found-hint")} />
      ) : (
        <Articles articles={articles} />
      )}
    </Section>
  );
}

function Articles({ articles }: { articles: readonly Article[] }) {
  return (
    <Stack component="ul" gap="sm" className="article-list">
      {articles.map((article) => (
        <li key={article.slug}>
          <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
            <Anchor component={Link} href={`/help/${article.slug}`} fw={600}>
              {article.title}
            </Anchor>
            <Audiences article={article} />
          </Group>
          <Text size="sm" className="quiet" lineClamp={2}>
            {summarise(article.body)}
          </Text>
        </li>
      ))}
    </Stack>
  );
}

import "./cards.css";
import { Button, Group, SegmentedControl, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { CARD_FRAME, PreviewFrame } from "../../../shell/preview-frame.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import type { PageItem } from "../schema.ts";
import { StateBadge } from "./state-badge.tsx";
import { Gallery, TemplateGallery } from "./template-gallery.tsx";
import { useTexts } from "./texts.ts";
import { usePages, usePreview } from "./use-page.ts";
import { chooseViewer, seenOn } from "./viewer-choice.tsx";

const SHOWN = ["active", "archived"] as const;

/** Every page, as guests see it, with whether they do. */
export function PageList(_: ScreenProps) {
  const t = useTexts();
  const { data, error, refetch } = usePages();
  const { parameters, change } = useSearchParameters();
  const mayEdit = useMay("pages.edit");
  const [isChoosing, setChoosing] = useState(parameters.has("new"));
  const shown = parameters.get("shown") === "archived" ? "archived" : "active";
  const pages = data?.pages.filter(
    ({ state }) => (state === "archived") === (shown === "archived"),
  );
  const published = data?.pages.filter(({ state }) => state === "published").length ?? 0;
  const hasArchive = data?.pages.some(({ state }) => state === "archived") ?? false;
  const make = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setChoosing(true)}>
      {t("new-page")}
    </Button>
  );
  return (
    <Page
      title={t("pages")}
      summary={data && t("pages-summary", { count: data.total, published })}
      actions={mayEdit && data && data.total > 0 ? make : null}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {hasArchive && (
        <Group>
          <SegmentedControl
            size="xs"
            value={shown}
            onChange={(value) => change({ shown: value === "archived" ? value : null })}
            data={SHOWN.map((value) => ({ value, label: t(`shown-${value}`) }))}
            aria-label={t("shown")}
          />
        </Group>
      )}
      {!data && !error && <Waiting />}
      {pages?.length === 0 && shown === "archived" && <Empty title={t("no-archived")} />}
      {pages?.length === 0 &&
        shown === "active" &&
        (mayEdit ? <Gallery hint={t("no-pages-hint")} /> : <Empty title={t("no-pages")} />)}
      {pages && pages.length > 0 && (
        <ul className="page-cards" aria-label={t("pages")}>
          {pages.map((page) => (
            <PageCard key={page.id} page={page} />
          ))}
        </ul>
      )}
      <TemplateGallery isOpen={isChoosing} close={() => setChoosing(false)} />
    </Page>
  );
}

function Waiting() {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} aria-busy="true">
      {[1, 2, 3].map((each) => (
        <Skeleton key={each} height={340} radius="lg" />
      ))}
    </SimpleGrid>
  );
}

/** What guests see of it, above what staff call it; drawn once it is in sight. */
function PageCard({ page }: { page: PageItem }) {
  const t = useTexts();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  return (
    <li className="surface page-card">
      <div ref={ref} className="page-card-look">
        {inViewport && <CardLook page={page} />}
      </div>
      <div className="page-card-words">
        <Group gap="xs" justify="space-between" align="flex-start" wrap="nowrap">
          <Text
            component={Link}
            href={`/pages/${page.id}`}
            fw={600}
            className="page-card-name"
            title={page.name}
          >
            {page.name.trim() || t("nameless")}
          </Text>
          <StateBadge state={page.state} />
        </Group>
        <Text size="xs" className="quiet">
          {page.standsAt > 0 && `${t("stands-on", { count: page.standsAt })} · `}
          {page.state === "published" && page.hasChanges && `${t("has-changes")} · `}
          <Since at={page.changedAt} />
          {page.changedBy && ` · ${page.changedBy}`}
        </Text>
      </div>
    </li>
  );
}

function CardLook({ page }: { page: PageItem }) {
  const { language } = useLanguage();
  const t = useTexts();
  const viewer = chooseViewer(page.when, t("somebody"));
  const { kind: _kind, ...seenBy } = seenOn("before", viewer);
  const look = { language, theme: "light", stage: "before", ...seenBy } as const;
  const { data } = usePreview(page.id, look, { revision: page.revision });
  return <PreviewFrame html={data} title={page.name} {...CARD_FRAME} isStill />;
}

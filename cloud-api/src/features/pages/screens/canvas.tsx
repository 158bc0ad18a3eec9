import { ActionIcon, Group, SegmentedControl, Tooltip } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { useState } from "react";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { PhonePreview } from "../../../shell/phone-preview.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import { useEditor } from "./editor-context.ts";
import type { DeskProps } from "./puck-store.ts";
import { useTexts } from "./texts.ts";
import { type Look, usePreview } from "./use-page.ts";
import { chooseViewer, seenOn, type Viewer, ViewerChoice } from "./viewer-choice.tsx";
import { WeightBar } from "./weight-bar.tsx";

/** The page as a guest sees it, on the server's word: never a copy drawn here. */
export function Canvas({ page, draft }: DeskProps) {
  const t = useTexts();
  const { language, timeZone } = useEditor();
  const [theme, setTheme] = useState<Look["theme"]>("light");
  const [stage, setStage] = useState<Look["stage"]>("before");
  const [viewer, setViewer] = useState<Viewer>(() => chooseViewer(page.draft.when, t("somebody")));
  const { kind: _kind, ...seenBy } = seenOn(stage, viewer);
  const look = { language, theme, stage, ...seenBy };
  const preview = usePreview(page.id, look, draft.revision);
  return (
    <section className="page-canvas" aria-label={t("tab-look")}>
      <Group gap="xs" justify="center">
        <Languages />
        <SegmentedControl
          size="xs"
          value={stage}
          onChange={(chosen) => setStage(chosen === "after" ? "after" : "before")}
          data={(["before", "after"] as const).map((value) => ({
            value,
            label: t(`look-${value}`),
          }))}
          aria-label={t("look-stage")}
        />
      </Group>
      <Group gap="xs" justify="center" wrap="nowrap">
        <ViewerChoice viewer={viewer} stage={stage} choose={setViewer} timeZone={timeZone} />
        <Tooltip label={t(theme === "light" ? "look-dark" : "look-light")}>
          <ActionIcon
            variant="default"
            size={30}
            onClick={() => setTheme(theme === "light" ? "dark" : "light")}
            aria-label={t(theme === "light" ? "look-dark" : "look-light")}
          >
            {theme === "light" ? <IconMoon size={16} /> : <IconSun size={16} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      {preview.error ? (
        <Failure error={preview.error} retry={preview.refetch} />
      ) : (
        <PhonePreview
          key={stage}
          html={preview.data}
          title={t("preview")}
          theme={theme}
          isPending={preview.isPending}
        />
      )}
      <WeightBar weight={draft.weight} />
    </section>
  );
}

/** In which of the page's languages it is shown and written. */
function Languages() {
  const t = useTexts();
  const { languages, language, setLanguage } = useEditor();
  const { language: readers } = useLanguage();
  const names = new Intl.DisplayNames(LOCALE[readers], { type: "language" });
  if (languages.length < 2) return null;
  return (
    <SegmentedControl
      size="xs"
      value={language}
      onChange={(chosen) => setLanguage(languages.find((each) => each === chosen) ?? language)}
      data={languages.map((value) => ({
        value,
        label: (
          <abbr className="page-code" title={names.of(value) ?? value}>
            {value.toUpperCase()}
          </abbr>
        ),
      }))}
      aria-label={t("look-language")}
    />
  );
}

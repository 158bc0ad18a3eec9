import { ActionIcon, Group, SegmentedControl, Stack, Text, Tooltip } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { useState } from "react";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { PhonePreview } from "../../../shell/phone-preview.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { StepMissing } from "../schema.ts";
import { useEditor } from "./editor-context.ts";
import type { DeskProps } from "./puck-store.ts";
import { useTexts } from "./texts.ts";
import { type Look, STAGES, type Stage, usePreview, useSteps } from "./use-page.ts";
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
  const missing = useMissing(page.id, look);
  const isAsked = missing === null;
  const preview = usePreview(page.id, look, { revision: draft.revision, isAsked });
  return (
    <section className="page-canvas" aria-label={t("tab-look")}>
      <Group gap="xs" justify="center">
        <Languages />
        <SegmentedControl
          size="xs"
          value={stage}
          onChange={(chosen) => setStage(STAGES.find((each) => each === chosen) ?? "before")}
          data={STAGES.map((value) => ({ value, label: t(`look-${value}`) }))}
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
      {typeof missing === "object" && missing !== null ? (
        <Missing {...missing} />
      ) : preview.error ? (
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
      {isBetween(stage) && isAsked && (
        <Text size="xs" className="quiet" ta="center">
          {t("step-hint")}
        </Text>
      )}
      <WeightBar weight={draft.weight} />
    </section>
  );
}

const isBetween = (stage: Stage): stage is "code" | "details" =>
  stage === "code" || stage === "details";

type MissingStep = { stage: "code" | "details"; why: StepMissing };

/** Why nobody meets the page that is looked at; null: somebody does. Undefined: not known yet. */
function useMissing(pageId: string, look: Look): MissingStep | null | undefined {
  const { stage } = look;
  const steps = useSteps(pageId, look);
  // What keeps the steps from being told keeps the page from being drawn, which says so.
  if (!isBetween(stage) || steps.isError) return null;
  if (!steps.data) return undefined;
  const found = steps.data.steps.find((step) => step.stage === stage);
  return found?.missing ? { stage, why: found.missing } : null;
}

/** In the place of a page that nobody meets here. */
function Missing({ stage, why }: MissingStep) {
  const t = useTexts();
  return (
    <Stack className="page-missing" gap={4} role="status">
      <Text fw={600}>{t(`step-missing-${stage}`)}</Text>
      <Text size="sm" className="quiet">
        {t(`step-why-${why}`)}
      </Text>
    </Stack>
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

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

/** At what the page is looked, where and as whom; it outlives the canvas, which a phone shows by turns. */
export function useLooking({ when }: DeskProps["page"]["draft"]) {
  const t = useTexts();
  const [theme, setTheme] = useState<Look["theme"]>("light");
  const [stage, setStage] = useState<Stage>("before");
  const [branchId, setBranchId] = useState<string | null>(null);
  const [viewer, setViewer] = useState<Viewer>(() => chooseViewer(when, t("somebody")));
  return { theme, setTheme, stage, setStage, branchId, setBranchId, viewer, setViewer };
}

type CanvasProps = DeskProps & { looking: ReturnType<typeof useLooking> };

/** The page as a guest sees it, on the server's word: never a copy drawn here. */
export function Canvas({ page, draft, looking }: CanvasProps) {
  const t = useTexts();
  const { language, branches } = useEditor();
  const { theme, setTheme, stage, setStage, viewer, setViewer, setBranchId } = looking;
  const branch = branches.find(({ id }) => id === looking.branchId) ?? branches[0];
  const { kind: _kind, ...seenBy } = seenOn(stage, viewer);
  const look = { branchId: branch?.id, language, theme, stage, ...seenBy };
  const missing = useMissing(page.id, look);
  const isMet = !isBetween(stage) || missing === null;
  const preview = usePreview(page.id, look, { revision: draft.revision, isAsked: isMet });
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
        <ViewerChoice
          {...{ viewer, stage, branches, branch }}
          choose={setViewer}
          chooseBranch={setBranchId}
        />
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
      {isBetween(stage) && missing ? (
        <Missing stage={stage} why={missing} />
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
      {stage !== "before" && isMet && (
        <Text size="xs" className="quiet" ta="center">
          {t(stage !== "after" ? "step-hint" : missing ? `step-why-${missing}` : "online-hint")}
        </Text>
      )}
      <WeightBar weight={draft.weight} />
    </section>
  );
}

const isBetween = (stage: Stage): stage is "code" | "details" =>
  stage === "code" || stage === "details";

/** Why nobody meets the page that is looked at; null: somebody does. Undefined: not known yet. */
function useMissing(pageId: string, look: Look): StepMissing | null | undefined {
  const { stage } = look;
  const steps = useSteps(pageId, look);
  // What keeps the steps from being told keeps the page from being drawn, which says so.
  if (stage === "before" || steps.isError) return null;
  if (!steps.data) return undefined;
  return steps.data.steps.find((step) => step.stage === stage)?.missing ?? null;
}

/** In the place of a page that nobody meets here. */
function Missing({ stage, why }: { stage: "code" | "details"; why: StepMissing }) {
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

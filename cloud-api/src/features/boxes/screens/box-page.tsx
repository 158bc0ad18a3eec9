import { Alert, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment, Since } from "../../../shell/moment.tsx";
import { NothingHere, Page, Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { BoxFacts } from "./box-facts.tsx";
import { type SeenBox, useBox } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { colourOf, useTroubleWords } from "./trouble-words.ts";
import { WatchSection } from "./watch-section.tsx";

/** One box: whether all is well, what to do where it is not, and what it said of itself. */
export function BoxPage({ params }: ScreenProps) {
  const t = useTexts();
  const { data: box, error, refetch } = useBox(params.id ?? "");
  if (error instanceof ApiError && error.code === "not-found") return <NothingHere />;
  return (
    <Page
      title={box?.name ?? t("box")}
      summary={box && <Summary box={box} />}
      parent={{ path: "/branches", label: t("branches") }}
    >
      {error && !box && <Failure error={error} retry={refetch} />}
      {!error && !box && <Skeleton height={300} radius="lg" />}
      {box && (
        <Stack gap="lg">
          <Troubles box={box} />
          <BoxFacts box={box} />
          <Faults box={box} />
          <Panels place="box-page" id={box.id} />
          <WatchSection
            branchId={box.branchId}
            branchName={box.branchName}
            timeZone={box.timeZone}
          />
        </Stack>
      )}
    </Page>
  );
}

function Summary({ box }: { box: SeenBox }) {
  const t = useTexts();
  return (
    <>
      {box.branchName} ·{" "}
      {box.lastHeardAt === null ? (
        t("never-heard")
      ) : (
        <>
          {t("last-heard")} <Since at={box.lastHeardAt} timeZone={box.timeZone} />
        </>
      )}
    </>
  );
}

function Troubles({ box }: { box: SeenBox }) {
  const t = useTexts();
  const say = useTroubleWords();
  if (box.lastHeardAt === null)
    return (
      <Alert variant="light" color="gray" title={t("not-yet")}>
        {t("not-yet-advice")}
      </Alert>
    );
  if (box.troubles.length === 0)
    return (
      <Alert variant="light" icon={<IconCircleCheck size={18} />} title={t("all-well")}>
        {t("all-well-hint")}
      </Alert>
    );
  return (
    <Stack gap="sm">
      {box.troubles.map((trouble) => {
        const { title, advice } = say(trouble);
        return (
          <Alert
            key={trouble.kind}
            color={colourOf(trouble)}
            variant="light"
            icon={<IconAlertTriangle size={18} />}
            title={title}
          >
            {advice}
          </Alert>
        );
      })}
    </Stack>
  );
}

/** In the box's own words, for whoever mends it. */
function Faults({ box }: { box: SeenBox }) {
  const t = useTexts();
  const faults = box.report?.faults ?? [];
  if (faults.length === 0) return null;
  return (
    <Section title={t("faults")} hint={t("faults-hint")} flush>
      {faults.map((fault) => (
        <div key={fault.part} className="record-row">
          <Text size="sm" fw={600}>
            {t(`part-${fault.part}`)}
          </Text>
          <Text size="xs" ff="monospace" className="any-length">
            {fault.words}
          </Text>
          <Text size="xs" className="quiet">
            {t("fault-since")} <Moment at={fault.since} timeZone={box.timeZone} />
            {fault.until !== null && (
              <>
                {" · "}
                {t("fault-until")} <Moment at={fault.until} timeZone={box.timeZone} />
              </>
            )}
          </Text>
        </div>
      ))}
    </Section>
  );
}

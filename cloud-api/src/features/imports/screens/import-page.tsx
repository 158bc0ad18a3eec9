import { Alert, Anchor, Button, Group, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { Columns } from "./columns.tsx";
import { BadRows, Figures } from "./figures.tsx";
import { type Import, isBusy, useImport, useSteps } from "./replies.ts";
import { StateBadge } from "./state-badge.tsx";
import { useTexts } from "./texts.ts";

/** One file: its columns, what would happen, the run, and what happened. */
export function ImportPage({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { data: file, error, refetch } = useImport(id);
  return (
    <Page
      title={file?.fileName ?? t("file")}
      summary={file && <StateBadge state={file.state} />}
      parent={{ path: "/imports", label: t("imports") }}
    >
      {error && !file && <Failure error={error} retry={refetch} />}
      {!error && !file && <Skeleton height={300} radius="lg" />}
      {file && <Steps file={file} />}
    </Page>
  );
}

function Steps({ file }: { file: Import }) {
  const steps = useSteps(file.id);
  switch (file.state) {
    case "uploaded":
      return <Columns key={keyOf(file)} file={file} steps={steps} />;
    case "checked":
      return (
        <Stack gap="lg">
          <DryRun file={file} steps={steps} />
          <Columns key={keyOf(file)} file={file} steps={steps} />
        </Stack>
      );
    case "checking":
    case "running":
      return <Going file={file} steps={steps} />;
    case "finished":
    case "cancelled":
      return <Outcome file={file} />;
    case "failed":
      return <Failed file={file} />;
    default:
      return assertNever(file.state);
  }
}

/** Another form of the file has other columns: the choice begins anew. */
const keyOf = ({ encoding, separator }: Import) => `${encoding} ${separator}`;

type StepProps = { file: Import; steps: ReturnType<typeof useSteps> };

function DryRun({ file, steps }: StepProps) {
  const t = useTexts();
  const { checked } = file;
  if (!checked) return null;
  const count = checked.rows - checked.bad;
  return (
    <Section title={t("dry-run")} hint={t("dry-run-hint", { count: checked.rows })}>
      <Stack gap="md">
        <Figures counted={checked} />
        <BadRows file={file} />
        <Refusal error={steps.run.error} />
        <Group>
          <Button
            onClick={() => steps.run.mutate()}
            loading={steps.run.isPending}
            disabled={count === 0}
          >
            {count === 0 ? t("run-none") : t("run", { count })}
          </Button>
          <CancelButton steps={steps} />
        </Group>
      </Stack>
    </Section>
  );
}

/** Long work, with how far it is and the way out. */
function Going({ file, steps }: StepProps) {
  const t = useTexts();
  const format = useFormat();
  const { checked, rowsRead, result } = file;
  const isRunning = file.state === "running";
  const done = result.new + result.changed + result.same + result.bad + result.leftOut;
  const share = isRunning && checked ? (100 * done) / Math.max(1, checked.rows) : 100;
  return (
    <Section title={t(`state-${isRunning ? "running" : "checking"}`)}>
      <Stack gap="sm">
        <Progress
          value={Math.min(100, share)}
          animated={isBusy(file)}
          aria-label={t(`state-${isRunning ? "running" : "checking"}`)}
        />
        <Text size="sm" className="figure">
          {t("rows-read", { count: isRunning ? done : rowsRead })}
          {isRunning && checked && ` / ${format.count(checked.rows)}`}
        </Text>
        {isRunning && <Figures counted={result} />}
        <Group>
          <CancelButton steps={steps} />
          {isRunning && (
            <Text size="xs" className="quiet">
              {t("cancel-hint")}
            </Text>
          )}
        </Group>
        <Refusal error={steps.cancel.error} />
      </Stack>
    </Section>
  );
}

function CancelButton({ steps }: Pick<StepProps, "steps">) {
  const t = useTexts();
  return (
    <Button
      variant="default"
      onClick={() => steps.cancel.mutate()}
      loading={steps.cancel.isPending}
    >
      {t("cancel")}
    </Button>
  );
}

function Outcome({ file }: { file: Import }) {
  const t = useTexts();
  return (
    <Section title={t("result")}>
      <Stack gap="md">
        <Figures counted={{ ...file.result, bad: file.result.bad + file.result.leftOut }} />
        <BadRows file={file} />
        <Anchor component={Link} href="/customers" size="sm">
          {t("to-customers")}
        </Anchor>
      </Stack>
    </Section>
  );
}

const FAILURES = [
  "empty",
  "workbook-broken",
  "workbook-too-large",
  "old-workbook",
  "not-text",
  "no-header",
  "open-quote",
  "too-many-columns",
  "too-many-rows",
] as const;

function Failed({ file }: { file: Import }) {
  const t = useTexts();
  const failure = FAILURES.find((each) => each === file.failure) ?? "unknown";
  return (
    <Alert color="red" variant="light" role="alert" title={t("state-failed")}>
      {t(`failure-${failure}`)}
    </Alert>
  );
}

function assertNever(state: never): never {
  throw new Error(`unknown state ${String(state)}`);
}

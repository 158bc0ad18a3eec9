import { Box, Button, Group } from "@mantine/core";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { isBusy } from "../rules.ts";
import { Going } from "./action-strip.tsx";
import { Outcome, useTitle } from "./outcome.tsx";
import { type Action, useActions, useSteps } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { UndoButton } from "./undo-button.tsx";

/** What was done to many customers at once. */
export function ActionList() {
  const t = useTexts();
  const { data: actions, error, refetch } = useActions();
  const columns = useColumns();
  return (
    <Page
      title={t("actions")}
      summary={t("actions-hint")}
      parent={{ path: "/customers", label: t("customers") }}
    >
      {error && !actions ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {actions?.length === 0 ? (
            <Empty title={t("no-actions")} hint={t("no-actions-hint")} />
          ) : (
            <RecordTable
              label={t("actions")}
              columns={columns}
              rows={actions}
              rowKey={({ id }) => id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function useColumns(): Column<Action>[] {
  const t = useTexts();
  const titleOf = useTitle();
  return [
    {
      key: "what",
      header: t("what"),
      narrow: "title",
      wraps: true,
      render: (action) => <b>{titleOf(action)}</b>,
    },
    { key: "who", header: t("who"), wraps: true, render: ({ staffName }) => staffName ?? "–" },
    { key: "when", header: t("when"), render: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      key: "result",
      header: t("result"),
      wraps: true,
      render: (action) =>
        isBusy(action) ? <Going action={action} /> : <Outcome action={action} />,
    },
    {
      key: "steps",
      header: "",
      align: "right",
      render: (action) => <Steps action={action} />,
    },
  ];
}

function Steps({ action }: { action: Action }) {
  const t = useTexts();
  const { cancel } = useSteps(action.id);
  return (
    <Group gap="xs" justify="flex-end">
      {isBusy(action) && (
        <Button
          size="compact-sm"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t("cancel-action")}
        </Button>
      )}
      <UndoButton action={action} />
    </Group>
  );
}

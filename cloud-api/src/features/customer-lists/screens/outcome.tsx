import { Anchor, List, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { type Action, useLeft } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What an action does, in words. */
export function useTitle(): (action: Action) => string {
  const t = useTexts();
  return ({ kind, markName }) =>
    markName === null ? t("say-no-group") : t(`say-${kind}`, { mark: markName });
}

const FAILURES = ["mark-gone", "filter-gone", "right-gone"] as const;

/** What came of an action: how many, and of those who were left, why. */
export function Outcome({ action }: { action: Action }) {
  const t = useTexts();
  const [opened, setOpened] = useState(false);
  const { id, state, changed, refused, undone, left, failure } = action;
  const parts = [
    t("changed-count", { count: changed }),
    refused > 0 && t("refused-count", { count: refused }),
    undone > 0 && t("undone-count", { count: undone }),
    left > 0 && t("left-count", { count: left }),
  ].filter((part) => part !== false);
  return (
    <Text component="div" size="xs" className="quiet figure" role="status">
      {t(`state-${state}`)} · {parts.join(" · ")}
      {failure && ` · ${t(`failure-${FAILURES.find((each) => each === failure) ?? "unknown"}`)}`}
      {refused + left > 0 && (
        <>
          {" "}
          <Anchor component="button" size="xs" onClick={() => setOpened(true)}>
            {t("who-left")}
          </Anchor>
          <Dialog opened={opened} onClose={() => setOpened(false)} title={t("who-left")}>
            {opened && <Left id={id} />}
          </Dialog>
        </>
      )}
    </Text>
  );
}

function Left({ id }: { id: string }) {
  const t = useTexts();
  const { data, error, refetch } = useLeft(id);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton height={80} />;
  return (
    <Stack>
      <List size="sm" spacing={4}>
        {data.map((customer) => (
          <List.Item key={customer.id}>
            <Anchor component={Link} href={`/customers/${customer.id}`}>
              {customer.name ?? t("no-name")}
            </Anchor>{" "}
            <span className="quiet">– {t(`reason-${customer.reason}`)}</span>
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

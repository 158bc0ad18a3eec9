import { Alert, Anchor, Button, Code, Group, List, Paper, Stack, Text } from "@mantine/core";
import { IconCheck, IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Moment } from "../../../shell/moment.tsx";
import type { BoxOffer, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** How often it is asked whether somebody has used the code. */
const LOOK_MILLISECONDS = 2_000;

type EnrolmentCodeProps = {
  offer: BoxOffer;
  branch: Branch;
  boxId: string;
  /** When it was enrolled before this code was made; null: never. */
  enrolledBefore: string | null;
  done: () => void;
};

/** A box's code, what to do with it, and whether the box has come. The code is shown this once. */
export function EnrolmentCode({ offer, branch, boxId, enrolledBefore, done }: EnrolmentCodeProps) {
  const t = useTexts();
  const hasCome = useHasCome({ branchId: branch.id, boxId, enrolledBefore });
  return (
    <Stack>
      <Paper withBorder p="md" component={Stack} gap={4} align="center">
        <Text
          data-code="enrolment"
          ff="monospace"
          fz={{ base: 22, sm: 28 }}
          fw={650}
          style={{ letterSpacing: "0.06em", whiteSpace: "nowrap" }}
        >
          {offer.enrolmentCode}
        </Text>
        <Group gap="xs" justify="center">
          <CopyText text={offer.enrolmentCode} label={t("copy-code")} />
          <Text size="xs" className="quiet">
            {t("code-good-until")} <Moment at={offer.expiresAt} timeZone={branch.timeZone} />
          </Text>
        </Group>
      </Paper>
      <List size="sm" spacing="xs" styles={{ itemWrapper: { width: "100%" } }}>
        <Way say={t("enrol-page")} text={offer.cloudUrl} />
        <Way say={t("enrol-run")} text={`sudo foyer enrol --cloud ${offer.cloudUrl}`} />
      </List>
      <Text size="sm">
        {t("enrol-key")}{" "}
        <Anchor component={Link} href="/help/install-a-box" inherit>
          {t("enrol-install")}
        </Anchor>
      </Text>
      <Alert
        variant="light"
        color={hasCome ? "green" : "gray"}
        icon={hasCome ? <IconCheck size={18} /> : <IconHourglass size={18} />}
        role="status"
      >
        <Text size="sm">{hasCome ? t("box-has-come") : t("box-is-awaited")}</Text>
      </Alert>
      <Text size="xs" className="quiet">
        {t("code-once-hint")}
      </Text>
      <Group justify="flex-end">
        <Button onClick={done}>{t("done")}</Button>
      </Group>
    </Stack>
  );
}

/** One way to enrol, and what is typed there beside the code. */
function Way({ say, text }: { say: ReactNode; text: string }) {
  return (
    <List.Item>
      {say}
      <Group gap={6} mt={4} wrap="nowrap" align="flex-start">
        <Code block flex={1} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {text}
        </Code>
        <CopyText text={text} />
      </Group>
    </List.Item>
  );
}

function useHasCome({
  branchId,
  boxId,
  enrolledBefore,
}: Pick<EnrolmentCodeProps, "boxId" | "enrolledBefore"> & { branchId: string }): boolean {
  const { data } = useQuery({
    queryKey: ["branches", "enrolment", boxId],
    queryFn: () => api.get<{ branches: Branch[] }>("/branches"),
    refetchInterval: LOOK_MILLISECONDS,
  });
  const branch = data?.branches.find(({ id }) => id === branchId);
  const enrolledAt = branch?.boxes.find(({ id }) => id === boxId)?.enrolledAt ?? null;
  return enrolledAt !== null && enrolledAt !== enrolledBefore;
}

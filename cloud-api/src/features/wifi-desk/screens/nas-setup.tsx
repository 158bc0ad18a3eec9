import { Alert, Code, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useNasSetup } from "./replies.ts";
import { findKey, useTexts } from "./texts.ts";

type SetupProps = { branchId: string; nasId: string };

/** What to do on the access point, and the text to copy, made for this branch. */
export function NasSetup({ branchId, nasId }: SetupProps) {
  const t = useTexts();
  const { data, error, refetch } = useNasSetup(branchId, nasId);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton h={160} radius="md" />;
  const { guide, steps: whose, texts, showsSecrets } = data;
  const steps = [1, 2, 3].flatMap((number) => findKey(`guide-${whose}-${number}`) ?? []);
  return (
    <Stack gap="sm">
      <List type="ordered" size="sm" spacing={4}>
        {steps.map((key) => (
          <List.Item key={key}>{t(key)}</List.Item>
        ))}
      </List>
      {texts.map(({ name, text }) => (
        <div key={name}>
          <Group justify="space-between" mb={4}>
            <Text size="xs" className="quiet">
              {name}
            </Text>
            <CopyText text={text} />
          </Group>
          <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {text}
          </Code>
        </div>
      ))}
      {!showsSecrets && (
        <Alert variant="light" color="gray" py="xs">
          {t("ap-secrets-hidden")}
        </Alert>
      )}
      {texts.some(({ text }) => text.includes("<box>")) && (
        <Alert variant="light" color="orange" py="xs">
          {t("ap-box-unknown")}
        </Alert>
      )}
      <Text size="xs" className="quiet">
        {t("ap-guide", { guide })}
      </Text>
    </Stack>
  );
}

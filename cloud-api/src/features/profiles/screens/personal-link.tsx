import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Section } from "../../../shell/page.tsx";
import type { ProfileLinkReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** On a customer's page: makes the link to the page where they change their details themselves. */
export function PersonalLink({ id }: { id: string }) {
  const t = useTexts();
  const make = useMutation({
    mutationFn: () => api.post<ProfileLinkReply>(`/customers/${id}/profile-link`),
  });
  return (
    <Section
      title={t("personal-link")}
      hint={t("personal-link-hint")}
      actions={
        <Button
          variant="default"
          size="compact-md"
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {t("make-link")}
        </Button>
      }
    >
      {make.data && (
        <Stack gap={6}>
          <Group gap="xs" wrap="nowrap">
            <TextInput
              aria-label={t("personal-link")}
              value={make.data.url}
              readOnly
              flex={1}
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyText text={make.data.url} />
          </Group>
          <Text size="xs" className="quiet">
            {t("link-shown-once")}
          </Text>
        </Stack>
      )}
      <Refusal error={make.error} />
    </Section>
  );
}

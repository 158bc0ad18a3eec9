import { Button, FileButton, Group, SimpleGrid, Text, UnstyledButton } from "@mantine/core";
import { IconPhoto, IconReplace, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { useErrorSentence } from "../../../shell/failure.tsx";
import { Section } from "../../../shell/page.tsx";
import type { LookProps } from "./look-section.ts";
import { useTexts } from "./texts.ts";

/** Within the 64 KB that the settings give a background, as base64. */
const BACKGROUND_BYTES_MAX = 36_000;

/** The logo and what stands behind it: made small and clean before anything else sees them. */
export function PicturesSection({ look, putLook, disabled }: LookProps) {
  const t = useTexts();
  return (
    <Section title={t("pictures")} hint={t("pictures-hint")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Picture
          label={t("logo")}
          hint={t("logo-hint")}
          picture={look.logo}
          make={async (file) => (await api.upload<{ logo: string }>("/logo-pictures", file)).logo}
          put={(logo) => putLook({ logo })}
          disabled={disabled}
        />
        <Picture
          label={t("background")}
          hint={t("background-hint")}
          picture={look.background ?? null}
          make={async (file) => {
            const path = `/page-pictures?bytesMax=${BACKGROUND_BYTES_MAX}`;
            return (await api.upload<{ source: string }>(path, file)).source;
          }}
          put={(background) => putLook({ background: background ?? undefined })}
          disabled={disabled}
          isWide
        />
      </SimpleGrid>
    </Section>
  );
}

type PictureProps = {
  label: string;
  hint: string;
  picture: string | null;
  make: (file: File) => Promise<string>;
  put: (picture: string | null) => void;
  disabled: boolean;
  isWide?: boolean;
};

function Picture({ label, hint, picture, make, put, disabled, isWide = false }: PictureProps) {
  const t = useTexts();
  const made = useMutation({ mutationFn: make, onSuccess: put });
  const choose = (file: File | null) => file && made.mutate(file);
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Text size="xs" className="quiet" mb={6}>
        {hint}
      </Text>
      <FileButton accept="image/png,image/jpeg,image/webp" onChange={choose} disabled={disabled}>
        {(button) =>
          picture ? (
            <div className="kit-picture" data-wide={isWide}>
              <img src={picture} alt={label} />
              {!disabled && (
                <Group gap="xs" className="kit-picture-acts">
                  <Button
                    {...button}
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconReplace size={13} aria-hidden />}
                    loading={made.isPending}
                    aria-label={`${t("replace")}: ${label}`}
                  >
                    {t("replace")}
                  </Button>
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconTrash size={13} aria-hidden />}
                    onClick={() => put(null)}
                    aria-label={`${t("take-away")}: ${label}`}
                  >
                    {t("take-away")}
                  </Button>
                </Group>
              )}
            </div>
          ) : (
            <UnstyledButton
              {...button}
              className="kit-picture-empty"
              aria-label={`${t("choose")}: ${label}`}
              aria-busy={made.isPending}
              disabled={disabled}
            >
              <IconPhoto size={22} stroke={1.5} aria-hidden />
              <Text size="sm">{t(made.isPending ? "making" : "choose")}</Text>
            </UnstyledButton>
          )
        }
      </FileButton>
      <Refused error={made.error} />
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const t = useTexts();
  const say = useErrorSentence();
  if (!error) return null;
  const isUnfit = error instanceof ApiError && error.code === "invalid";
  return (
    <Text size="xs" c="red" role="alert" mt={4}>
      {isUnfit ? t("picture-unfit") : say(error)}
    </Text>
  );
}

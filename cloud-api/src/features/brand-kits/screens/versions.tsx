import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import type { KitReply, KitVersionReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

const SHOWN_MAX = 8;

/** Every save with who and when; one before is taken as a draft, to be saved anew. */
export function Versions({ kit, take }: { kit: KitReply; take: (of: KitVersionReply) => void }) {
  const t = useTexts();
  const read = useMutation({
    mutationFn: (version: number) =>
      api.get<KitVersionReply>(`/brand-kits/${kit.ownerId}/versions/${version}`),
    onSuccess: take,
  });
  if (kit.versions.length === 0) return null;
  return (
    <Section title={t("versions")} hint={t("versions-hint")} flush>
      <Refusal error={read.error} />
      <ol className="kit-versions">
        {kit.versions.slice(0, SHOWN_MAX).map(({ version, madeAt, madeBy }) => (
          <li key={version}>
            <span>
              <Text component="span" fw={500} className="figure">
                {t("version", { version })}
              </Text>
              <Text component="span" size="sm" className="quiet">
                {" · "}
                <Moment at={madeAt} />
                {madeBy && ` · ${madeBy}`}
              </Text>
            </span>
            <Group gap="xs">
              {version === kit.version ? (
                <Text size="sm" className="quiet">
                  {t("worn-now")}
                </Text>
              ) : (
                kit.mayEdit && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => read.mutate(version)}
                    loading={read.isPending && read.variables === version}
                    aria-label={t("take-version-of", { version })}
                  >
                    {t("take-version")}
                  </Button>
                )
              )}
            </Group>
          </li>
        ))}
      </ol>
    </Section>
  );
}

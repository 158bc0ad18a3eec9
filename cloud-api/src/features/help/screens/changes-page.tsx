import { Alert, Badge, Button, Group, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Waiting } from "../../../shell/frame.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Since } from "../../../shell/moment.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { ChangesReply } from "../schema.ts";
import "./help.css";
import { MarkdownLine } from "./markdown.tsx";
import { useTexts } from "./texts.ts";

type Version = ChangesReply["versions"][number];
type ChangeGroup = Version["groups"][number];

/** So many changes of a group are shown at first, and all that are new. */
const SHOWN_FIRST = 12;

/** The versions of Foyer; whoever sees them has seen what is new until then. */
export function ChangesPage() {
  const t = useTexts();
  const { language } = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: ["changes"],
    queryFn: ({ signal }) => api.get<ChangesReply>("/changes", signal),
    // What was new as the page was opened stays marked until it is left.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useNoteLook(data !== undefined);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Waiting />;
  const { running, lookedAt, versions } = data;
  return (
    <Page
      title={t("changes")}
      summary={
        <>
          {t("running", { version: running })}
          {lookedAt && (
            <>
              {" · "}
              {t("looked")} <Since at={lookedAt} />
            </>
          )}
        </>
      }
    >
      {language !== "en" && <Alert variant="light">{t("in-english")}</Alert>}
      {versions.map((version) => (
        <VersionSection key={version.version ?? "coming"} version={version} running={running} />
      ))}
    </Page>
  );
}

function useNoteLook(isShown: boolean): void {
  const queries = useQueryClient();
  const look = useMutation({
    mutationFn: () => api.put("/me/change-look", {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["change-news"] }),
  });
  useEffect(() => {
    if (isShown) look.mutate();
  }, [isShown]);
}

function VersionSection({ version, running }: { version: Version; running: string }) {
  const t = useTexts();
  const format = useFormat();
  const { version: name, date, groups } = version;
  return (
    <Section
      title={name === null ? t("coming") : t("version", { version: name })}
      hint={name === null ? t("coming-hint") : date && format.day(date, "long")}
      actions={name === running && <Badge variant="light">{t("runs-here")}</Badge>}
    >
      {groups.map((group) => (
        <Changes key={group.kind} group={group} />
      ))}
    </Section>
  );
}

function Changes({ group }: { group: ChangeGroup }) {
  const t = useTexts();
  const [isWhole, setWhole] = useState(false);
  const { kind, entries } = group;
  const shown = entries.filter(({ isNew }, index) => isWhole || isNew || index < SHOWN_FIRST);
  return (
    <section aria-label={t(`kind-${kind}`)}>
      <Title order={3} mt="sm" mb={6}>
        {t(`kind-${kind}`)}
      </Title>
      <ul className="change-list" lang="en">
        {shown.map(({ id, text, isNew }) => (
          <li key={id}>
            {isNew && (
              <Badge size="xs" mr={6} component="span">
                {t("new")}
              </Badge>
            )}
            <MarkdownLine text={text} />
          </li>
        ))}
      </ul>
      {shown.length < entries.length && (
        <Group mt="xs">
          <Button variant="default" size="xs" onClick={() => setWhole(true)}>
            {t("show-all", { count: entries.length })}
          </Button>
        </Group>
      )}
    </section>
  );
}

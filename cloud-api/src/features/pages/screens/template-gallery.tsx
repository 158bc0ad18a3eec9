import { Group, Select, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { CARD_FRAME, PreviewFrame } from "../../../shell/preview-frame.tsx";
import { useSession } from "../../../shell/session.tsx";
import type { Language } from "../../../shell/translate.ts";
import type { PageContent, PageReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { pageKey, useSurveys } from "./use-page.ts";

/** As GET /page-templates answers. */
type Template = {
  id: string;
  name: Record<Language, string>;
  hint: Record<Language, string>;
  content: Omit<PageContent, "name">;
};

const BLANK: Omit<PageContent, "name"> = {
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "welcome", fields: {} }],
};

/** What a new page may begin as, each seen as guests would see it. */
export function TemplateGallery({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  return (
    <Dialog opened={isOpen} onClose={close} title={t("choose-template")} size="min(74rem, 96vw)">
      {isOpen && <Gallery hint={t("choose-template-hint")} />}
    </Dialog>
  );
}

/** The templates themselves: in the dialog, or where there is no page yet. */
export function Gallery({ hint }: { hint: string }) {
  const t = useTexts();
  const { language } = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: ["page-templates"],
    queryFn: ({ signal }) => api.get<{ templates: Template[] }>("/page-templates", signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [owner, setOwner] = useState<string | null>(null);
  const make = useMakePage(owner);
  const begin = (template: Template | null) => make.isPending || make.mutate(template);
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Text size="sm" className="quiet" maw={560}>
          {hint}
        </Text>
        <OwnerChoice owner={owner} choose={setOwner} />
      </Group>
      <Refusal error={make.error} />
      {error && <Failure error={error} retry={refetch} />}
      <ul className="page-cards" aria-label={t("templates")} aria-busy={make.isPending}>
        {data?.templates.map((template) => (
          <li key={template.id} className="surface page-card">
            <UnstyledButton className="page-template" onClick={() => begin(template)}>
              <div className="page-card-look">
                <TemplateLook template={template} />
              </div>
              <div className="page-card-words">
                <Text fw={600}>{template.name[language]}</Text>
                <Text size="xs" className="quiet">
                  {template.hint[language]}
                </Text>
              </div>
            </UnstyledButton>
          </li>
        ))}
        {!data && !error && [1, 2, 3].map((each) => <Skeleton key={each} height={340} />)}
        <li className="surface page-card">
          <UnstyledButton className="page-template" onClick={() => begin(null)}>
            <div className="page-card-look page-card-blank">
              <IconFile size={40} stroke={1.2} aria-hidden />
            </div>
            <div className="page-card-words">
              <Text fw={600}>{t("blank")}</Text>
              <Text size="xs" className="quiet">
                {t("blank-hint")}
              </Text>
            </div>
          </UnstyledButton>
        </li>
      </ul>
    </Stack>
  );
}

function TemplateLook({ template }: { template: Template }) {
  const { language } = useLanguage();
  const path = withQuery("/page-template-preview", { template: template.id, language });
  const { data } = useQuery({
    queryKey: ["page-template-preview", path],
    queryFn: ({ signal }) => api.getText(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <PreviewFrame html={data} title={template.name[language]} {...CARD_FRAME} isStill />;
}

/** The company's page unless it is made one branch's; whoever works for some branches says which. */
function OwnerChoice({
  owner,
  choose,
}: {
  owner: string | null;
  choose: (branchId: string | null) => void;
}) {
  const t = useTexts();
  const { everywhere } = useSession();
  const branches = useBranchChoices();
  if (branches.length < 2 && everywhere) return null;
  return (
    <Select
      label={t("owner")}
      placeholder={everywhere ? t("owner-company") : t("owner-choose")}
      data={branches.map(({ id, name }) => ({ value: id, label: name }))}
      value={owner}
      onChange={choose}
      clearable={everywhere}
      searchable
      w={{ base: "100%", xs: 260 }}
    />
  );
}

/** Makes the page and opens it. */
function useMakePage(branchId: string | null) {
  const t = useTexts();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const surveys = useSurveys();
  return useMutation({
    mutationFn: async (template: Template | null) => {
      const name = template?.name[language] ?? t("new-name");
      const content = askSurvey(template?.content ?? BLANK, surveys[0]?.id);
      return api.post<PageReply>("/pages", { content: { ...content, name }, branchId });
    },
    onSuccess: (page) => {
      queries.setQueryData(pageKey(page.id), page);
      void queries.invalidateQueries({ queryKey: ["pages"] });
      navigate(`/pages/${page.id}`);
    },
  });
}

/** A template cannot know what surveys there are: it begins with the first. */
function askSurvey(
  content: Omit<PageContent, "name">,
  surveyId: string | undefined,
): Omit<PageContent, "name"> {
  const blocks = content.blocks.map((block) =>
    block.kind === "survey" && surveyId !== undefined
      ? { ...block, fields: { survey: surveyId } }
      : block,
  );
  return { ...content, blocks };
}

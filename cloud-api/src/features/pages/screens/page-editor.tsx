import "@puckeditor/core/no-external.css";
import "./cards.css";
import "./editor.css";
import { Skeleton, Stack } from "@mantine/core";
import { Puck } from "@puckeditor/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Page } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMay } from "../../../shell/session.tsx";
import type { DraftReply, PageReply } from "../schema.ts";
import { toContent, toData } from "./document.ts";
import { openDraft } from "./draft-store.ts";
import { EditorProvider, type Tongue } from "./editor-context.ts";
import { EditorDesk } from "./editor-desk.tsx";
import { buildConfig } from "./puck-config.tsx";
import { useTexts } from "./texts.ts";
import { usePage, useSurveys } from "./use-page.ts";

export function PageEditor({ params }: ScreenProps) {
  const t = useTexts();
  const pageId = params.id ?? "";
  const { data: page, error, refetch, isFetchedAfterMount } = usePage(pageId);
  const parent = { path: "/pages", label: t("pages") };
  // An editor that began with an older draft would be refused what is written in it.
  if (page && isFetchedAfterMount) return <Editor key={page.id} page={page} />;
  return (
    <Page title={t("page")} parent={parent}>
      {error && !page ? <Failure error={error} retry={refetch} /> : <Waiting />}
    </Page>
  );
}

function Waiting() {
  return (
    <Stack aria-busy="true">
      <Skeleton height={44} radius="md" />
      <Skeleton height={560} radius="lg" />
    </Stack>
  );
}

function Editor({ page }: { page: PageReply }) {
  const t = useTexts();
  const config = useMemo(() => buildConfig(t), [t]);
  const [data] = useState(() => toData(page.draft));
  const store = useDraftStore(page);
  const draft = useSyncExternalStore(store.watch, store.read);
  const mayWrite = useMay("pages.edit") && page.state !== "archived";
  const mayEdit = mayWrite && page.mayEdit;
  const mayPut = mayWrite && (page.mayEdit || page.version > 0);
  const place = usePlace(page);
  const permissions = { edit: mayEdit, insert: mayEdit, delete: mayEdit, duplicate: mayEdit };
  return (
    <EditorProvider value={place}>
      <div className="page-puck">
        <Puck
          config={config}
          data={data}
          onChange={(changed) => mayEdit && store.change(toContent(changed))}
          iframe={{ enabled: false }}
          permissions={permissions}
        >
          <EditorDesk {...{ page, store, draft, mayEdit, mayPut }} />
        </Puck>
      </div>
    </EditorProvider>
  );
}

function useDraftStore(page: PageReply) {
  const { revision, changedAt, faults, weight } = page;
  const queries = useQueryClient();
  const [store] = useState(() =>
    openDraft({
      ...{ revision, changedAt, faults, weight },
      put: async (body) => {
        const reply = await api.put<DraftReply>(`/pages/${page.id}/draft`, body);
        void queries.invalidateQueries({ queryKey: ["pages"] });
        return reply;
      },
    }),
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (store.read().state !== "saved") event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      store.close();
    };
  }, [store]);
  return store;
}

/** What the page's branches speak, their clock, and what can be asked there. */
function usePlace(page: PageReply) {
  const branches = useBranchChoices();
  const surveys = useSurveys();
  const { language: readers } = useLanguage();
  const ofPage = branches.filter(
    ({ id, brandId }) =>
      (page.branchId === null || page.branchId === id) &&
      (page.brandId === null || page.brandId === brandId),
  );
  const spoken = [...new Set(ofPage.flatMap(({ languages }) => languages))];
  const languages: readonly Tongue[] = spoken.length > 0 ? spoken : ["vi", "en"];
  const [chosen, setLanguage] = useState<Tongue | null>(null);
  const first = languages.find((each) => each === readers) ?? languages[0] ?? "en";
  const language = chosen !== null && languages.includes(chosen) ? chosen : first;
  const timeZone = ofPage[0]?.timeZone;
  return { languages, language, setLanguage, timeZone, branches: ofPage, surveys };
}

import { Stack } from "@mantine/core";
import { Failure } from "../../../shell/failure.tsx";
import { Page } from "../../../shell/page.tsx";
import { ReplaySection } from "./replay-section.tsx";
import { useProgress, useSetAside, useUnread } from "./replies.ts";
import { SetAsideSection } from "./set-aside-section.tsx";
import { useTexts } from "./texts.ts";
import { UnreadSection } from "./unread-section.tsx";

/** Whether everything that was told has arrived everywhere, and what can be done where it has not. */
export function EventsPage() {
  const t = useTexts();
  const setAside = useSetAside();
  const unread = useUnread();
  const progress = useProgress();
  const failed = [setAside, unread, progress].find(({ error, data }) => error && !data);
  const waiting = (setAside.data?.length ?? 0) + (unread.data?.total ?? 0);
  const isKnown = setAside.data !== undefined && unread.data !== undefined;
  const summary = waiting === 0 ? t("all-well") : t("need-a-look", { count: waiting });
  return (
    <Page title={t("title")} summary={isKnown && summary}>
      {failed ? (
        <Failure error={failed.error} retry={failed.refetch} />
      ) : (
        <Stack gap="lg">
          <SetAsideSection events={setAside.data} />
          <UnreadSection events={unread.data?.unreadEvents} total={unread.data?.total ?? 0} />
          <ReplaySection progress={progress.data} />
        </Stack>
      )}
    </Page>
  );
}

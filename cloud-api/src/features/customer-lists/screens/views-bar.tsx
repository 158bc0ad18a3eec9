import { Button, Group, ScrollArea, Tooltip } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../../shell/api.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { EVERYBODY, isChanged, isNarrowed, toParameters, toView } from "./list-state.ts";
import { useViewChanges, useViews, type View } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { ViewDialog } from "./view-dialog.tsx";
import { ViewMenu } from "./view-menu.tsx";

type Look = { columns: string[]; sort: string };

/** The views of the list, and the way to keep it as it stands. */
export function ViewsBar() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const { data: views } = useViews();
  const { data: look } = useQuery({
    queryKey: ["customer-columns"],
    queryFn: ({ signal }) => api.get<Look>("/customer-columns", signal),
  });
  const { save } = useViewChanges();
  const [named, setNamed] = useState<View | "new" | null>(null);
  const current = views?.find(({ id }) => id === parameters.get("view")) ?? null;
  const open = (view: View) => change(toParameters(view));
  // A link may name a view and nothing else.
  const isBare = current !== null && !isNarrowed(parameters);
  useEffect(() => {
    if (isBare) open(current);
  }, [isBare]);
  const isDirty = current !== null && !isBare && isChanged(current, parameters);
  const mayKeep = current ? isDirty : isNarrowed(parameters);
  const body = (name: string) => toView(name, parameters, look);
  if (!views || (views.length === 0 && !mayKeep)) return null;
  return (
    <Group gap="xs" wrap="nowrap" justify="space-between">
      <ScrollArea type="never" flex="1 1 auto" miw={0}>
        <Group component="nav" gap={6} wrap="nowrap" aria-label={t("views")}>
          <Chip isOn={current === null} label={t("everybody")} open={() => change(EVERYBODY)} />
          {views.map((view) => (
            <Chip
              key={view.id}
              isOn={view.id === current?.id}
              label={isDirty && view.id === current?.id ? `${view.name} •` : view.name}
              sharer={view.isOwn ? null : view.staffName}
              isShared={view.shared}
              open={() => open(view)}
            />
          ))}
        </Group>
      </ScrollArea>
      <Group gap={6} wrap="nowrap" flex="none">
        {mayKeep && current?.isOwn && (
          <Button
            size="compact-sm"
            loading={save.isPending}
            onClick={() => save.mutate({ id: current.id, body: body(current.name) })}
          >
            {t("save-changes")}
          </Button>
        )}
        {mayKeep && !current?.isOwn && (
          <Button size="compact-sm" variant="default" onClick={() => setNamed("new")}>
            {t("save-view")}
          </Button>
        )}
        {current && (
          <ViewMenu
            view={current}
            saveAs={() => setNamed("new")}
            rename={() => setNamed(current)}
            leave={() => change(EVERYBODY)}
          />
        )}
      </Group>
      <ViewDialog
        named={named}
        toBody={(name) => (named === "new" || !current ? body(name) : { ...keptOf(current), name })}
        close={() => setNamed(null)}
        open={open}
      />
    </Group>
  );
}

/** A view as it is kept, whatever the address says: to rename it. */
function keptOf({ id: _id, shared: _shared, isOwn: _isOwn, staffName: _name, ...body }: View) {
  return body;
}

type ChipProps = {
  isOn: boolean;
  label: string;
  sharer?: string | null;
  isShared?: boolean;
  open: () => void;
};

function Chip({ isOn, label, sharer = null, isShared = false, open }: ChipProps) {
  const t = useTexts();
  const hint = sharer === null ? t("shared") : t("shared-by", { name: sharer });
  return (
    <Tooltip label={hint} disabled={!isShared} withArrow>
      <Button
        size="compact-sm"
        variant={isOn ? "light" : "subtle"}
        {...(isOn ? {} : { color: "gray" })}
        aria-current={isOn ? "true" : undefined}
        leftSection={isShared ? <IconUsers size={14} aria-label={hint} /> : null}
        onClick={open}
        flex="none"
        maw={240}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

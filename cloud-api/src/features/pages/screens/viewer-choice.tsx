import {
  Button,
  Chip,
  Group,
  NumberInput,
  Popover,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import type { PageContent } from "../schema.ts";
import { CustomerChoice } from "./customer-choice.tsx";
import { useTexts } from "./texts.ts";
import type { Stage } from "./use-page.ts";

/** As whom and when the page is looked at; what is absent is not known or now. */
export type Viewer = {
  kind: "stranger" | "newcomer" | "regular" | "own" | "customer";
  customerId?: string | undefined;
  name?: string | undefined;
  visitNumber?: number | undefined;
  at?: string | undefined;
};

const REGULARS_VISIT = 5;

/** Somebody whom the page is for, to begin with. */
export function chooseViewer(when: PageContent["when"], name: string): Viewer {
  if (when.guests === "first-visit") return { kind: "newcomer", name, visitNumber: 1 };
  const isForKnown = when.guests === "returning" || when.birthday === true;
  if (!isForKnown) return { kind: "stranger" };
  return { kind: "regular", name, visitNumber: when.visitNumberMin ?? REGULARS_VISIT };
}

/** Whom a page of the way online sees: before access a newcomer is nobody yet. */
export function seenOn(stage: Stage, viewer: Viewer): Viewer {
  const isNobodyYet = viewer.kind === "newcomer" && stage !== "after";
  return isNobodyYet ? { kind: "stranger", at: viewer.at } : viewer;
}

/** So many branches are found faster by their names. */
const SEARCHED_FROM = 8;
const KINDS = ["stranger", "newcomer", "regular", "own"] as const;

type ViewerChoiceProps = {
  viewer: Viewer;
  stage: Stage;
  choose: (viewer: Viewer) => void;
  branches: readonly Branch[];
  /** Undefined: there is none yet. */
  branch: Branch | undefined;
  chooseBranch: (branchId: string) => void;
};
type Branch = { id: string; name: string; timeZone: string };

/** Says as whom the page is seen, and lets somebody else, another branch and another time be chosen. */
export function ViewerChoice({ viewer, stage, choose, ...at }: ViewerChoiceProps) {
  const { branches, branch, chooseBranch } = at;
  const t = useTexts();
  const become = (kind: Viewer["kind"]) => {
    const { at } = viewer;
    if (kind === "stranger") return choose({ kind, at });
    const visitNumber = kind === "newcomer" ? 1 : REGULARS_VISIT;
    choose({ kind, at, name: viewer.name ?? t("somebody"), visitNumber });
  };
  return (
    <Group justify="center">
      <Popover position="bottom" width={320} shadow="lg" trapFocus returnFocus>
        <Popover.Target>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconUser size={14} aria-hidden />}
          >
            <Text span inherit truncate maw={260}>
              {sayViewer(t, seenOn(stage, viewer), branches.length > 1 ? branch : undefined)}
            </Text>
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("as-whom")}>
          <Stack gap="sm">
            <Chip.Group value={viewer.kind} onChange={(kind) => become(kind as Viewer["kind"])}>
              <Group gap={6}>
                {KINDS.map((kind) => (
                  <Chip key={kind} value={kind} size="xs" radius="sm">
                    {t(`viewer-${kind}`)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <CustomerChoice
              chosen={viewer.customerId ?? null}
              choose={(customerId) =>
                customerId === null
                  ? become("stranger")
                  : choose({ kind: "customer", at: viewer.at, customerId })
              }
            />
            {viewer.kind === "customer" ? null : viewer.kind === "stranger" ? (
              <Text size="xs" className="quiet">
                {t("stranger-hint")}
              </Text>
            ) : (
              <Group grow gap="xs">
                <TextInput
                  label={t("viewer-name")}
                  value={viewer.name ?? ""}
                  maxLength={60}
                  onChange={({ currentTarget }) =>
                    choose({ ...viewer, kind: "own", name: currentTarget.value || undefined })
                  }
                />
                <NumberInput
                  label={t("viewer-visit")}
                  min={1}
                  max={100_000}
                  allowDecimal={false}
                  value={viewer.visitNumber ?? ""}
                  onChange={(typed) =>
                    choose({ ...viewer, kind: "own", visitNumber: Number(typed) || undefined })
                  }
                />
              </Group>
            )}
            {branches.length > 1 && (
              <Select
                label={t("viewer-branch")}
                data={branches.map(({ id, name }) => ({ value: id, label: name }))}
                value={branch?.id ?? null}
                allowDeselect={false}
                searchable={branches.length > SEARCHED_FROM}
                // Within the popover: a list beside it would close it with the first tap.
                comboboxProps={{ withinPortal: false }}
                onChange={(id) => id !== null && chooseBranch(id)}
              />
            )}
            <TextInput
              type="datetime-local"
              label={t("viewer-at")}
              description={branch ? t("viewer-clock", { zone: branch.timeZone }) : null}
              value={viewer.at ?? ""}
              onChange={({ currentTarget }) =>
                choose({ ...viewer, at: currentTarget.value.slice(0, 16) || undefined })
              }
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

function sayViewer(
  t: ReturnType<typeof useTexts>,
  viewer: Viewer,
  branch: Branch | undefined,
): string {
  const { name, visitNumber, at } = viewer;
  const who =
    viewer.kind === "customer"
      ? t("seen-by-customer")
      : viewer.kind === "stranger"
        ? t("seen-by-stranger")
        : t(name ? "seen-by" : "seen-by-nameless", { name: name ?? "", visit: visitNumber ?? 1 });
  return [who, branch?.name, at?.replace("T", " ")].filter(Boolean).join(" · ");
}

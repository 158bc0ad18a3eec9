import {
  Button,
  Popover,
  ScrollArea,
  SimpleGrid,
  Stack,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { KIND_NAMES, type KindName, kindOf } from "./block-kinds.ts";
import { IconOfKind } from "./kind-icon.tsx";
import { useTexts } from "./texts.ts";

const GROUPS = [
  { name: "words", kinds: ["welcome", "heading", "text"] },
  { name: "pictures", kinds: ["image", "pictures", "video"] },
  { name: "offers", kinds: ["coupon", "survey", "countdown"] },
  { name: "links", kinds: ["button", "social"] },
] as const satisfies readonly { name: string; kinds: readonly KindName[] }[];

/** The kinds of blocks, each with what it is for. */
export function AddBlock({ add, isFull }: { add: (kind: KindName) => void; isFull: boolean }) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const choose = (kind: KindName) => {
    setOpen(false);
    add(kind);
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      width="min(580px, 92vw)"
      shadow="lg"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          fullWidth
          variant="light"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setOpen((was) => !was)}
          disabled={isFull}
        >
          {t("add-block")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label={t("add-block")}>
        <ScrollArea.Autosize mah="min(60vh, 30rem)" type="auto">
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing="sm">
            {GROUPS.map(({ name, kinds }) => (
              <div key={name}>
                <Text size="xs" fw={650} className="quiet" px={8} pb={2}>
                  {t(`group-${name}`)}
                </Text>
                <Stack gap={0}>
                  {kinds.map((kind) => (
                    <UnstyledButton
                      key={kind}
                      className="page-add"
                      onClick={() => choose(kind)}
                      data-autofocus={kind === KIND_NAMES[0] || undefined}
                    >
                      <IconOfKind kind={kind} />
                      <div>
                        <Text size="sm" fw={550}>
                          {t(`kind-${kind}`)}
                          {!kindOf(kind).stages.includes("before") && (
                            <Text span size="xs" className="quiet">
                              {" · "}
                              {t("stage-after")}
                            </Text>
                          )}
                        </Text>
                        <Text size="xs" className="quiet">
                          {t(`kind-${kind}-hint`)}
                        </Text>
                      </div>
                    </UnstyledButton>
                  ))}
                </Stack>
              </div>
            ))}
          </SimpleGrid>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

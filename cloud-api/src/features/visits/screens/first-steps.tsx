import { Anchor, Box, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useTexts } from "./texts.ts";

type Branch = { boxes: { id: string; lastContactAt: string | null }[] };

function useBranches(): Branch[] {
  const { data } = useQuery({
    queryKey: ["branches"],
    queryFn: ({ signal }) => api.get<{ branches: Branch[] }>("/branches", signal),
    meta: { live: true },
  });
  return data?.branches ?? [];
}

/** For a company where nothing happened yet: what to do next. */
export function FirstSteps() {
  const t = useTexts();
  const mayChange = useMay("branches.edit");
  const branches = useBranches();
  const boxes = branches.flatMap((branch) => branch.boxes);
  const steps = [
    {
      title: t("step-branch"),
      hint: t("step-branch-hint"),
      isDone: branches.length > 0,
      action: { label: t("step-branch-action"), href: "/branches?add=branch" },
    },
    {
      title: t("step-box"),
      hint: t("step-box-hint"),
      isDone: boxes.length > 0,
      action: { label: t("step-box-action"), href: "/branches" },
    },
    {
      title: t("step-contact"),
      hint: t("step-contact-hint"),
      isDone: boxes.some((box) => box.lastContactAt !== null),
      action: { label: t("step-contact-action"), href: "/branches" },
    },
    { title: t("step-guest"), hint: t("step-guest-hint"), isDone: false, action: null },
  ];
  const next = steps.findIndex((step) => !step.isDone);
  return (
    <Section title={t("first-steps")} hint={t("first-steps-hint")}>
      <Stack component="ol" gap="sm" className="steps" mt={4}>
        {steps.map((step, index) => (
          <Group key={step.title} component="li" gap="sm" wrap="nowrap" align="flex-start">
            <ThemeIcon
              size={26}
              radius="xl"
              variant={step.isDone ? "filled" : "light"}
              color={step.isDone || index === next ? "foyer" : "gray"}
            >
              {step.isDone ? <IconCheck size={15} /> : <Text size="xs">{index + 1}</Text>}
            </ThemeIcon>
            <Box flex={1}>
              <Text size="sm" fw={index === next ? 650 : 500}>
                {step.title}
              </Text>
              {!step.isDone && (
                <Text size="sm" className="quiet">
                  {step.hint}
                </Text>
              )}
              {index === next && step.action && mayChange && (
                <Anchor component={Link} href={step.action.href} size="sm" fw={600}>
                  {step.action.label} →
                </Anchor>
              )}
            </Box>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

import { Box, Center, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useLanguage } from "./language.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { LogoWithName } from "./logo.tsx";

type DoorProps = { title: string; hint?: ReactNode; children: ReactNode; below?: ReactNode };

/** The frame of the screens before sign-in: one thing to do, in the middle. */
export function Door({ title, hint, children, below }: DoorProps) {
  const { language, chooseLanguage } = useLanguage();
  useEffect(() => {
    document.title = `${title} · Foyer`;
  }, [title]);
  return (
    <div className="door">
      <Group justify="space-between" p="md">
        <LogoWithName />
        <LanguageSwitch language={language} choose={chooseLanguage} />
      </Group>
      <Center p="md" component="main">
        <Stack w="100%" maw={400} gap="md">
          <Box className="surface" p={{ base: "lg", xs: "xl" }}>
            <Stack gap={4} mb="lg">
              <Title order={1}>{title}</Title>
              {hint && (
                <Text component="div" size="sm" className="quiet">
                  {hint}
                </Text>
              )}
            </Stack>
            {children}
          </Box>
          {below && (
            <Text component="div" size="sm" ta="center" className="quiet">
              {below}
            </Text>
          )}
        </Stack>
      </Center>
      <Box h={64} />
    </div>
  );
}

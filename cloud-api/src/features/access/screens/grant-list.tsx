import { Stack, Text } from "@mantine/core";
import { type Grant, useGrantWords } from "./roles.ts";

/** Somebody's roles, each with where it counts. */
export function GrantList({ grants }: { grants: readonly Grant[] }) {
  const wordsOf = useGrantWords();
  return (
    <Stack gap={2}>
      {grants.map((grant) => {
        const { role, place } = wordsOf(grant);
        return (
          <div key={`${role} ${place}`}>
            {role}
            {place && (
              <Text component="span" size="xs" className="quiet">
                {" · "}
                {place}
              </Text>
            )}
          </div>
        );
      })}
    </Stack>
  );
}

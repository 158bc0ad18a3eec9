import { ActionIcon, Button, Group, Menu, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { Section } from "../../../shell/page.tsx";
import type { Look } from "../schema.ts";
import { isWebAddress, toWebAddress } from "./draft.ts";
import type { LookProps } from "./look-section.ts";
import { useTexts } from "./texts.ts";

const NETWORKS = [
  "facebook",
  "instagram",
  "tiktok",
  "youtube",
  "zalo",
  "telegram",
  "whatsapp",
  "x",
  "map",
  "website",
] as const;
const LINKS_MAX = 8;

type Link = NonNullable<Look["links"]>[number];

/** Where else the brand is to be found: below each page once a guest is online. */
export function LinksSection({ look, putLook, disabled }: LookProps) {
  const t = useTexts();
  const links = look.links ?? [];
  const put = (next: Link[]) => putLook({ links: next });
  const nameOf = useNetworkNames();
  return (
    <Section
      title={t("links")}
      hint={t("links-hint")}
      actions={
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              disabled={disabled || links.length >= LINKS_MAX}
            >
              {t("add-link")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {NETWORKS.map((network) => (
              <Menu.Item key={network} onClick={() => put([...links, { network, url: "" }])}>
                {nameOf(network)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      }
    >
      <Stack gap="xs">
        {withKeys(links).map(({ link, key }, index) => (
          <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              flex={1}
              aria-label={nameOf(link.network)}
              leftSection={<span className="kit-network">{nameOf(link.network)}</span>}
              leftSectionWidth={92}
              value={link.url}
              placeholder="https://"
              maxLength={500}
              disabled={disabled}
              inputMode="url"
              error={link.url !== "" && !isWebAddress(toWebAddress(link.url)) && t("link-half")}
              onChange={({ currentTarget: { value: url } }) =>
                put(links.with(index, { ...link, url }))
              }
              onBlur={() => put(links.with(index, { ...link, url: toWebAddress(link.url) }))}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={34}
              disabled={disabled}
              onClick={() => put(links.toSpliced(index, 1))}
              aria-label={t("remove-link", { name: nameOf(link.network) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

/** A brand may be found twice in one place: the first there, the second. */
function withKeys(links: readonly Link[]): { link: Link; key: string }[] {
  return links.map((link, index) => {
    const nth = links.slice(0, index).filter(({ network }) => network === link.network).length;
    return { link, key: `${link.network} ${nth}` };
  });
}

function useNetworkNames(): (network: string) => string {
  const t = useTexts();
  return (network) => {
    const known = NETWORKS.find((each) => each === network);
    return known ? t(`network-${known}`) : network;
  };
}

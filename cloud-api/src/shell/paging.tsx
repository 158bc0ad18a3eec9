import { Button, Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, withQuery } from "./api.ts";
import { useShellTexts } from "./language.tsx";

const PAGE_ROWS = 50;

type Reply<Noun extends string, Row, More> = Record<Noun, Row[]> &
  More & {
    nextCursor: string | null;
    total: number;
    /** False: there are at least so many. Absent: it is exact. */
    isTotalExact?: boolean;
  };

type Filters = Record<string, string | null | undefined>;

/** A list of the API, with what else its reply says, a page at a time; it keeps what it shows while new filters are being answered. */
export function useRecords<Row, Noun extends string, More = unknown>(options: {
  path: string;
  noun: Noun;
  filters?: Filters;
  /** False while it is not known yet what to ask for. */
  isReady?: boolean;
}) {
  const { path, noun, filters = {}, isReady = true } = options;
  const query = useInfiniteQuery({
    queryKey: [noun, path, filters],
    queryFn: ({ signal, pageParam }) => {
      const address = withQuery(path, { ...filters, limit: String(PAGE_ROWS), cursor: pageParam });
      return api.get<Reply<Noun, Row, More>>(address, signal);
    },
    enabled: isReady,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const rows: Row[] | undefined = query.data?.pages.flatMap((page) => page[noun] as Row[]);
  const { total = 0, isTotalExact = true } = query.data?.pages[0] ?? {};
  return { ...query, rows, total, isTotalExact };
}

type MoreProps = {
  shown: number;
  total: number;
  /** False: there are at least so many. */
  isTotalExact?: boolean;
  isLoading: boolean;
  load: (() => void) | null;
};

/** How many are shown of how many, and the way to more; nothing once all are shown. */
export function More({ shown, total, isTotalExact = true, isLoading, load }: MoreProps) {
  const t = useShellTexts();
  if (!load) return null;
  return (
    <Group justify="space-between" px="md" py="sm" className="record-foot">
      <Text size="sm" className="quiet figure" aria-live="polite">
        {t(isTotalExact ? "some-shown" : "some-shown-of-more", { shown, count: total })}
      </Text>
      <Button variant="default" size="compact-md" loading={isLoading} onClick={load}>
        {t("more")}
      </Button>
    </Group>
  );
}

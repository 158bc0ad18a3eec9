import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { useLanguage } from "../../../shell/language.tsx";
import type {
  MailBody,
  MailReply,
  SavedBody,
  SavedListReply,
  SavedReply,
  ToldReply,
} from "../schema.ts";

export type Saved = SavedReply;
export type Told = ToldReply;
export type Part = ToldReply["parts"][number];
export type Row = Part["rows"][number];

const PATH = "/saved-reports";
const KEY = ["saved-reports"] as const;
/** Reports are of days that are over, mostly: a minute old is fresh. */
const FRESH_MS = 60_000;

export function useSavedList() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<SavedListReply>(PATH, signal),
    select: ({ reports }) => reports,
  });
}

export function useSaved(id: string) {
  return useQuery({
    queryKey: [...KEY, id],
    queryFn: ({ signal }) => api.get<Saved>(`${PATH}/${id}`, signal),
  });
}

/** What it is set against in place of what it keeps. */
export type Against = { compared: string | null; against: string | null };

export function useTold(id: string, against: Against) {
  const { language } = useLanguage();
  const asked = { ...against, file: language };
  return useQuery({
    queryKey: [...KEY, id, "figures", asked],
    queryFn: ({ signal }) => api.get<Told>(withQuery(`${PATH}/${id}/figures`, asked), signal),
    placeholderData: (before) => before,
    staleTime: FRESH_MS,
  });
}

/** Where one leaves as a file, in the reader's language. */
export const fileOf = (id: string, form: string, asked: Record<string, string | null>): string =>
  withQuery(`/api/v1${PATH}/${id}/figures.${form}`, asked);

export function useSavedChanges() {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const save = useMutation({
    mutationFn: ({ id, body }: { id: string | null; body: SavedBody }) =>
      id === null ? api.post<Saved>(PATH, body) : api.put<Saved>(`${PATH}/${id}`, body),
    onSuccess: again,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.remove<null>(`${PATH}/${id}`),
    onSuccess: (_reply, id) => {
      queries.removeQueries({ queryKey: [...KEY, id] });
      return queries.invalidateQueries({ queryKey: KEY, exact: true });
    },
  });
  return { save, remove };
}

export type Mail = NonNullable<MailReply["mail"]>;

export type MailReader = Mail["readers"][number];

const ON_THE_WAY: readonly string[] = ["waiting", "begun", "sending"];
const LOOK_MS = 2000;
const mailPath = (id: string) => `${PATH}/${id}/mail`;
const mailKey = (id: string) => [...KEY, id, "mail"];

/** When it is written to whoever looks at it. */
export function useMail(id: string) {
  return useQuery({
    queryKey: mailKey(id),
    queryFn: ({ signal }) => api.get<MailReply>(mailPath(id), signal),
    // Those that are on their way are watched.
    refetchInterval: ({ state }) =>
      state.data?.mail?.readers.some(({ outcome }) => ON_THE_WAY.includes(outcome ?? ""))
        ? LOOK_MS
        : false,
  });
}

export function useMailChanges(id: string) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: mailKey(id) });
  const put = useMutation({
    mutationFn: (body: MailBody) => api.put<MailReply>(mailPath(id), body),
    onSuccess: (reply) => queries.setQueryData(mailKey(id), reply),
  });
  const end = useMutation({
    mutationFn: () => api.remove<null>(mailPath(id)),
    onSuccess: again,
  });
  const sendNow = useMutation({
    mutationFn: () => api.post<null>(`${mailPath(id)}/now`),
    onSuccess: again,
  });
  return { put, end, sendNow };
}

export function toBody({ name, note, report, period, days, compared, query, shared }: Saved) {
  return { name, note, report, period, days, compared, query, shared };
}

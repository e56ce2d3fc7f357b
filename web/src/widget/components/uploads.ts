import { useRef, useState } from "preact/hooks";
import type { Key } from "../core/i18n";
import { uuid } from "../core/outbox";
import type { Attachment } from "../core/types";
import { ApiError } from "../net/api";
import { MOST_FILES, refusal } from "../net/upload";
import { useSurroundings } from "./context";

export interface Upload {
  key: string;
  name: string;
  progress: number;
  done: Attachment | null;
  problem: string | null;
  stop: AbortController;
  again: (() => void) | null;
}

export interface Uploads {
  list: readonly Upload[];
  add: (files: readonly File[]) => void;
  remove: (key: string) => void;
  clear: () => void;
}

/** The files of the message that is being written: each goes up as soon as it is chosen. */
export function useUploads(): Uploads {
  const { chat, t } = useSurroundings();
  const kept = useRef<readonly Upload[]>([]);
  const [, redraw] = useState({});
  const set = (list: readonly Upload[]): void => {
    kept.current = list;
    redraw({});
  };
  const change = (key: string, values: Partial<Upload>): void =>
    set(kept.current.map((one) => (one.key === key ? { ...one, ...values } : one)));
  const problem = (error: unknown, name: string): string =>
    (error instanceof ApiError && error.detail) || t("attach_failed", { name });

  const begin = async (key: string, file: File, stop: AbortController): Promise<void> => {
    change(key, { problem: null, again: null, progress: 0 });
    try {
      change(key, { done: await chat.attach(file, (progress) => change(key, { progress }), stop.signal) });
    } catch (error) {
      const canRepeat = error instanceof ApiError && (error.temporary || error.status === 401);
      change(key, { problem: problem(error, file.name), again: canRepeat ? () => void begin(key, file, stop) : null });
    }
  };
  const addOne = (file: File): void => {
    const tooMany: Key | null = kept.current.filter((one) => !one.problem).length >= MOST_FILES ? "attach_many" : null;
    const why = tooMany ?? refusal(file);
    const words = why && t(why, { name: file.name, max: MOST_FILES });
    const stop = new AbortController();
    const entry: Upload = { key: uuid(), name: file.name, progress: 0, done: null, problem: words, stop, again: null };
    set([...kept.current, entry]);
    if (!why) void begin(entry.key, file, stop);
  };
  const remove = (key: string): void => {
    kept.current.find((one) => one.key === key)?.stop.abort();
    set(kept.current.filter((one) => one.key !== key));
  };
  return { list: kept.current, add: (files) => files.forEach(addOne), remove, clear: () => set([]) };
}
